package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule of the format that a file can break, and what the reader says of it. */
class MalformedNpyTest {

  private static final String GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";

  @TempDir Path directory;

  @Test
  void fileWithoutTheMagicIsRefused() throws IOException {
    String complaint = "not a .npy file: it does not start with \\x93NUMPY";
    assertRefused(new byte[0], complaint);
    assertRefused(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P'}, complaint);
    assertRefused("PK\u0003\u0004 a .npz".getBytes(StandardCharsets.US_ASCII), complaint);
  }

  @Test
  void directoryIsRefused() {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Npy.read(directory))
        .withMessage(directory + ": a directory, not a .npy file");
  }

  @Test
  void otherVersionsAreRefused() throws IOException {
    assertRefused(file(4, 0, 10, ""), ".npy version 4.0 is not supported; 1.0, 2.0 and 3.0 are");
    assertRefused(
        file(255, 1, 10, ""), ".npy version 255.1 is not supported; 1.0, 2.0 and 3.0 are");
  }

  @Test
  void truncatedHeaderIsRefused() throws IOException {
    byte[] file = file(1, 0, 118, "{}");
    assertRefused(file, "truncated: 12 bytes, but its header takes 128");
    assertRefused(Arrays.copyOf(file, 9), "truncated: 9 bytes, but its header takes 10");
    assertRefused(Arrays.copyOf(file, 6), "truncated: 6 bytes, but its header takes 10");
    assertRefused(file(2, 0, -1, ""), "truncated: 12 bytes, but its header takes 4,294,967,307");
  }

  @Test
  void headerOfMegabytesIsRefused() throws IOException {
    int length = (1 << 20) + 1;
    assertRefused(
        file(2, 0, length, " ".repeat(length)),
        "its header takes 1,048,589 bytes; at most 1,048,576 are accepted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | 0: expected '{'",
        "{ | 1: expected a string",
        "{descr | 1: expected a string",
        "{'descr | 1: a string does not end",
        "{'descr'} | 8: expected ':'",
        "{'descr': <f4} | 10: expected a string",
        "{'descr': '<f4' 'shape' | 16: expected ','",
        "{'descr': '<f4', 'descr' | 24: \"descr\" occurs twice",
        "{'dtype': '<f4'} | 9: unknown member \"dtype\"",
        "{'fortran_order': 1} | 18: expected True or False",
        "{'shape': 3} | 10: expected '('",
        "{'shape': (3)} | 13: a tuple of one number has a comma after it",
        "{'shape': (3 4)} | 13: expected ','",
        "{'shape': (,)} | 11: expected a dimension",
        "{'shape': (3,,)} | 13: expected a dimension",
        "{'shape': (1.5,)} | 12: expected ','",
        "{'shape': (9223372036854775808,)} | 30: \"9223372036854775808\" is not an"
            + " integer of 64 bits",
        "{'descr': '<f4', 'shape': (1,)} | 31: it needs 'descr', 'fortran_order' and 'shape'",
      })
  void headerThatIsNotTheDictionaryExpectedIsRefused(String header, String complaint)
      throws IOException {
    assertRefused(file(1, 0, header.length(), header), "header, character " + complaint);
  }

  @ParameterizedTest
  @CsvSource({
    "complex, <c16",
    "text, <U2",
    "object, |O",
    "date, <M8[D]",
  })
  void otherElementTypesAreRefused(String name, String description) throws IOException {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Npy.read(numpy(name)))
        .withMessageEndingWith(
            "element type \"%s\" is not supported; booleans, integers and floats are,"
                + " as in '<f4' or '>i8'",
            description);
  }

  @Test
  void recordsAreRefused() throws IOException {
    Path path = numpy("record");
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Npy.read(path))
        .withMessage(path + ": header, character 10: arrays of records are not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|f4", "=f4", "f4", "<f3", "<f", "", "<f44", "<b2"})
  void elementTypeThatIsNotFullyStatedIsRefused(String description) throws IOException {
    String header = GOOD.replace("<f4", description);
    assertRefused(
        file(header, 12),
        "header, character %d: element type \"%s\" is not supported;"
                .formatted(header.length(), description)
            + " booleans, integers and floats are, as in '<f4' or '>i8'");
  }

  @Test
  void truncatedDataIsRefused() throws IOException {
    assertRefused(
        file(GOOD, 11),
        "truncated: 3 elements of 4 bytes each do not fit into the 11 bytes after the header");
  }

  @Test
  void dataBehindTheArrayIsRefused() throws IOException {
    assertRefused(file(GOOD, 13), "1 bytes too long: only one array in a file is supported");
  }

  @Test
  void textBehindTheDictionaryIsRefused() throws IOException {
    assertRefused(file(GOOD + " x", 12), "header, character 58: something follows the dictionary");
    assertRefused(file(GOOD + "\0", 12), "header, character 57: something follows the dictionary");
  }

  @Test
  void negativeAndOverflowingShapesAreRefused() throws IOException {
    assertRefused(
        file(GOOD.replace("3", "-3"), 12),
        "header, character 58: shape [-3]: dimension -3 is negative");
    assertRefused(
        file(GOOD.replace("3", "4294967296, 4294967296"), 12),
        "header, character 78: shape [4294967296, 4294967296]:"
            + " the number of elements exceeds 2^63");
    assertRefused(
        file(GOOD.replace("3", "9223372036854775807"), 12),
        "truncated: 9,223,372,036,854,775,807 elements of 4 bytes each do not fit into the 12"
            + " bytes after the header");
  }

  @Test
  void otherSpellingsOfAGoodHeaderAreRead() throws IOException {
    String header = "{ \"shape\":(3L , ) ,'fortran_order':True\n,\"descr\":'>f4'}\n";
    Path path = Files.write(directory.resolve("file"), file(header, 12));
    assertThat(Npy.read(path)).hasToString("F32 [3]");
  }

  private void assertRefused(byte[] content, String complaint) throws IOException {
    Path path = Files.write(directory.resolve("file"), content);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Npy.read(path))
        .withMessage(path + ": " + complaint)
        .satisfies(e -> assertThat(e.path()).isEqualTo(path));
  }

  private Path numpy(String name) throws IOException {
    Path path = directory.resolve(name + ".npy");
    try (InputStream resource = getClass().getResourceAsStream("/npy/" + name + ".npy")) {
      Files.copy(resource, path);
    }
    return path;
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] file = file(1, 0, header.length(), header);
    return Arrays.copyOf(file, file.length + dataBytes);
  }

  private static byte[] file(int major, int minor, int headerBytes, String header) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(NpyHeader.MAGIC);
    file.write(major);
    file.write(minor);
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(headerBytes);
    file.write(length.array(), 0, major == 1 ? 2 : 4);
    file.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    return file.toByteArray();
  }
}
