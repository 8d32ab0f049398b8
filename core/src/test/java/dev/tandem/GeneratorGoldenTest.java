package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.Golden;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Are a generator's numbers PyTorch's, bit for bit? The golden file was made with PyTorch 2.13; the
 * sequences written out below with libtorch 2.7.1 on x86 with AVX-512.
 */
class GeneratorGoldenTest {

  private static final Golden GOLDEN = Golden.load("random");
  private static final int[] SIZES = {1, 5, 15, 16, 17, 100};

  @ParameterizedTest
  @ValueSource(longs = {0, 42, 123456789})
  void uniformNumbersAreThoseOfRand(long seed) {
    for (int size : SIZES) {
      assertBits(
          uniform(Generator.seeded(seed), size, 0, 1), GOLDEN.floats("rand." + seed + "." + size));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, 123456789})
  void normalNumbersAreThoseOfRandn(long seed) {
    for (int size : SIZES) {
      assertBits(
          normal(Generator.seeded(seed), size, 0, 1), GOLDEN.floats("randn." + seed + "." + size));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 42, 123456789})
  void initialValuesAreThoseOfLinear(long seed) {
    int[][] sizes = {{1, 1}, {3, 2}, {20, 30}};
    for (int[] size : sizes) {
      int in = size[0];
      int out = size[1];
      String name = "linear.%d.%dx%d.".formatted(seed, in, out);
      Generator generator = Generator.seeded(seed);
      float[] weight = new float[in * out];
      generator.kaimingUniform(weight, in);
      assertBits(weight, GOLDEN.floats(name + "weight"));
      double bound = 1 / Math.sqrt(in);
      assertBits(uniform(generator, out, -bound, bound), GOLDEN.floats(name + "bias"));
    }
  }

  @Test
  void aMillionNormalNumbersAreThoseOfRandn() {
    assertThat(crc(normal(Generator.seeded(7), 1 << 20, 0, 1))).isEqualTo(0xea4f002fL);
    assertThat(crc(normal(Generator.seeded(1 << 30), (1 << 20) + 5, -0.7f, 0.3f)))
        .isEqualTo(0x3c90f827L);
  }

  @Test
  void shortFillsSharePairsAndLongFillsDoNot() {
    Generator generator = Generator.seeded(8);
    assertBits(
        normal(generator, 5, 0, 1), 0.2712765f, -1.2729183f, 0.50269705f, 0.4180807f, -0.63942015f);
    assertBits(
        normal(generator, 5, 0, 1),
        -0.6607707f,
        -0.14331436f,
        -0.10431472f,
        -1.5312546f,
        0.6318015f);
    assertBits(normal(generator, 3, 2, 3), -2.0343027f, 6.2928243f, -0.8170252f);
    assertThat(crc(normal(generator, 20, 2, 3))).isEqualTo(0x05c3de1eL);
    assertBits(normal(generator, 2, 0, 1), 2.2027333f, 1.2649128f);
    assertThat(crc(normal(generator, 4096, 0, 1))).isEqualTo(0xfe237466L);
    assertBits(normal(generator, 2, 0, 1), 4.234565f, 2.2349331f);
    assertBits(normal(generator, 1, 0, 1), 0.85954845f);
  }

  @Test
  void permutationsAreThoseOfRandperm() {
    Generator generator = Generator.seeded(9);
    assertThat(crc(uniform(generator, 1000, -1.5, 0.25))).isEqualTo(0x71ba53adL);
    assertThat(generator.permutation(10)).containsExactly(7, 4, 0, 5, 2, 9, 1, 6, 3, 8);
    assertThat(generator.permutation(1000))
        .startsWith(279, 712, 777, 933, 182, 818, 1, 555, 826, 866);
    assertThat(generator.permutation(1)).containsExactly(0);
    assertBits(uniform(generator, 3, 0, 1), 0.12959647f, 0.61143273f, 0.349909f);
  }

  @Test
  void boundedIntegersAreThoseOfRandint() {
    Generator generator = Generator.seeded(9);
    generator.uniform(new float[1000], 0, 1);
    generator.permutation(10);
    generator.permutation(1000);
    generator.uniform(new float[3], 0, 1);
    assertThat(integers(generator, 7)).startsWith(0, 5, 2, 5, 6, 1, 2, 2, 6, 6);
    assertThat(integers(generator, 1L << 28)).startsWith(216937837, 254829213, 190604372, 4636535);
    assertThat(integers(generator, (1L << 28) - 1)).startsWith(108809979, 260153107, 115502668);
    assertThat(integers(generator, (1L << 40) + 5))
        .startsWith(655302049759L + 5, 684724734593L + 5, 820005301556L + 5);
  }

  @Test
  void negativeSeedsAreThoseOfManualSeed() {
    assertBits(uniform(Generator.seeded(-3), 3, 0, 1), 0.62486476f, 0.50756115f, 0.01567775f);
  }

  private static float[] uniform(Generator generator, int size, double low, double high) {
    float[] values = new float[size];
    generator.uniform(values, low, high);
    return values;
  }

  private static float[] normal(Generator generator, int size, double mean, double deviation) {
    float[] values = new float[size];
    generator.normal(values, mean, deviation);
    return values;
  }

  private static long[] integers(Generator generator, long bound) {
    long[] values = new long[50];
    for (int i = 0; i < values.length; i++) {
      values[i] = generator.nextLong(bound);
    }
    return values;
  }

  private static void assertBits(float[] actual, float... expected) {
    assertThat(bits(actual)).containsExactly(bits(expected));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** Of the values' bytes in little-endian order. */
  private static long crc(float[] values) {
    CRC32 crc = new CRC32();
    for (int word : bits(values)) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        crc.update(word >>> shift);
      }
    }
    return crc.getValue();
  }
}
