package dev.tandem;

import java.util.Arrays;

/**
 * The engine below {@link Generator}: Matsumoto and Nishimura's mt19937, a recurrence over 624
 * words of 32 bits with a period of 2^19937 - 1, seeded as {@code torch.manual_seed} does. It knows
 * nothing of distributions and takes no lock.
 */
final class MersenneTwister {

  /** Words of state. */
  static final int WORDS = 624;

  private static final int MIDDLE = 397;
  private static final int TWIST = 0x9908b0df;

  private final int[] words;
  private int position; // the next word to hand out; WORDS: a new round is due

  /** Continues from a saved state; the array is copied. */
  MersenneTwister(int[] words, int position) {
    this.words = Arrays.copyOf(words, WORDS);
    this.position = position;
  }

  /** Starts from a seed, of which only the low 32 bits count. */
  MersenneTwister(int seed) {
    this.words = new int[WORDS];
    words[0] = seed;
    for (int i = 1; i < WORDS; i++) {
      int previous = words[i - 1];
      words[i] = 1_812_433_253 * (previous ^ (previous >>> 30)) + i;
    }
    this.position = WORDS;
  }

  /** The next 32 random bits. */
  int next() {
    if (position == WORDS) {
      twist();
      position = 0;
    }
    int bits = words[position++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  private void twist() {
    int[] w = words;
    for (int i = 0; i < WORDS - MIDDLE; i++) {
      w[i] = w[i + MIDDLE] ^ mix(w[i], w[i + 1]);
    }
    for (int i = WORDS - MIDDLE; i < WORDS - 1; i++) {
      w[i] = w[i + MIDDLE - WORDS] ^ mix(w[i], w[i + 1]);
    }
    w[WORDS - 1] = w[MIDDLE - 1] ^ mix(w[WORDS - 1], w[0]);
  }

  private static int mix(int high, int low) {
    int joined = (high & 0x80000000) | (low & 0x7fffffff);
    return (joined >>> 1) ^ (-(joined & 1) & TWIST);
  }

  /** A copy of the state words. */
  int[] words() {
    return words.clone();
  }

  /** How many words of the present round have been handed out, 0 to {@link #WORDS}. */
  int position() {
    return position;
  }
}
