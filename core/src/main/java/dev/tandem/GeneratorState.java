package dev.tandem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A generator's state on its way to bytes and back: a magic number, the position, the spare normal
 * number and the engine's words, all little-endian. Not PyTorch's own format of saved states.
 *
 * @param words the engine's, {@link MersenneTwister#WORDS} of them
 * @param position how many of them have been handed out
 * @param spareNormal the second number of a pair; NaN if there is none
 */
record GeneratorState(int[] words, int position, double spareNormal) {

  private static final int MAGIC = 0x314e4754; // "TGN1"
  private static final int BYTES =
      2 * Integer.BYTES + Double.BYTES + Integer.BYTES * MersenneTwister.WORDS;

  byte[] toBytes() {
    ByteBuffer state = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    state.putInt(MAGIC).putInt(position).putDouble(spareNormal);
    for (int word : words) {
      state.putInt(word);
    }
    return state.array();
  }

  /** Reads and checks a state; the exception is for the caller of {@link Generator#restore}. */
  static GeneratorState fromBytes(byte[] state) {
    ByteBuffer bytes = ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN);
    if (state.length != BYTES || bytes.getInt() != MAGIC) {
      throw notAState("%,d bytes that do not start as a state does".formatted(state.length));
    }
    int position = bytes.getInt();
    double spareNormal = bytes.getDouble();
    int[] words = new int[MersenneTwister.WORDS];
    int any = 0;
    for (int i = 0; i < words.length; i++) {
      words[i] = bytes.getInt();
      any |= words[i];
    }
    if (position < 0
        || position > MersenneTwister.WORDS
        || any == 0
        || Double.isInfinite(spareNormal)) {
      throw notAState("values that no generator can reach");
    }
    return new GeneratorState(words, position, spareNormal);
  }

  private static IllegalArgumentException notAState(String found) {
    return new IllegalArgumentException(
        "restore: not a generator's state: %s; pass the %,d bytes that Generator.state() returned"
            .formatted(found, BYTES));
  }
}
