package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
class MalformedSafetensorsTest {

  @TempDir Path directory;

  @Test
  void emptyFileIsRefused() throws IOException {
    assertRefused(new byte[0], "empty, not a safetensors file");
  }

  @Test
  void directoryIsRefused() {
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.open(directory))
        .withMessage(directory + ": a directory, not a safetensors file");
  }

  @Test
  void fileShorterThanTheLengthOfItsHeaderIsRefused() throws IOException {
    assertRefused(new byte[7], "truncated: 7 bytes, but the length of the header alone takes 8");
  }

  @Test
  void headerLongerThanTheFileIsRefused() throws IOException {
    assertRefused(file(1000, "{}"), "truncated: its header takes 1,000 bytes, but only 2 follow");
  }

  @Test
  void headerLongerThanTheFormatAllowsIsRefused() throws IOException {
    assertRefused(
        file(100_000_001, "{}"),
        "its header would take 100000001 bytes, more than the 100,000,000 that the format allows;"
            + " is it a safetensors file?");
    assertRefused(
        file(-1, "{}"),
        "its header would take 18446744073709551615 bytes, more than the 100,000,000 that the"
            + " format allows; is it a safetensors file?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | 0: expected an object, found the end",
        "`[]` | 0: expected an object, found '['",
        "`{` | 1: expected a string, found the end",
        "`{}x` | 2: expected the end, found 'x'",
        "`{\"a\"}` | 4: expected ':', found '}'",
        "`{\"a\":1}` | 5: expected an object, found '1'",
        "`{\"__metadata__\":{},}` | 19: expected a string, found '}'",
        "`{\"a` | 3: a string does not end",
        "`{\"\\x` | 3: expected an escape that JSON knows, found 'x'",
        "`{\"\\u12g` | 6: expected a hexadecimal digit, found 'g'",
        "`{\"\\ud83d\"` | 8: half a surrogate pair in a string",
        "`{\"a\":{\"dtype\":7` | 14: expected a string, found '7'",
        "`{\"a\":{\"shape\":[1.5` | 18: \"1.5\" is not an integer of 64 bits",
        "`{\"a\":{\"shape\":[9223372036854775808` | 34: \"9223372036854775808\" is not an integer"
            + " of 64 bits",
        "`{\"a\":{\"shape\":[01` | 16: expected ',' or ']', found '1'",
        "`{\"a\":{\"shape\":[-` | 16: expected a digit, found the end",
        "`{\"a\":{\"more\":nul}` | 16: expected null, found '}'",
        "`{\"a\":{\"more\":?}` | 13: expected a value, found '?'",
        "`{\"a\":{\"dtype\":\"F32\",\"dtype\"` | 27: the key \"dtype\" occurs twice",
        "`{\"__metadata__\":{\"a\":1}}` | 21: expected a string, found '1'",
        "`{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}` | 27: the key \"a\" occurs twice",
      })
  void headerThatIsNotTheJsonExpectedIsRefused(String header, String complaint) throws IOException {
    assertRefused(file(header.strip()), "header, byte " + complaint);
  }

  @Test
  void tensorsOfTheSameNameAreRefused() throws IOException {
    String entry = "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    assertRefused(
        file("{%s,%s}".formatted(entry, entry)), "header, byte 57: the key \"a\" occurs twice");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    byte[] file = file("{\"aaa\":{}}");
    file[8 + 3] = (byte) 0xff;
    assertRefused(file, "header, byte 5: the string that ends here is not valid UTF-8");
    file[8 + 3] = 7;
    assertRefused(file, "header, byte 3: control character 7 in a string");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    assertRefused(
        file("{\"a\":{\"more\":" + "[".repeat(100_000)),
        "header, byte 44: nested deeper than 32 levels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"shape\":[1],\"data_offsets\":[0,4]",
        "\"dtype\":\"F32\",\"data_offsets\":[0,4]",
        "\"dtype\":\"F32\",\"shape\":[1]",
        ""
      })
  void incompleteTensorIsRefused(String members) throws IOException {
    assertRefused(
        file("{\"a\":{" + members + "}}"), "tensor \"a\": it needs dtype, shape and data_offsets");
  }

  @Test
  void unknownElementTypeIsRefused() throws IOException {
    assertRefused(
        tensor("F8_E4M3", "[4]", "[0,4]"),
        "tensor \"a\": dtype \"F8_E4M3\" is unknown; supported are"
            + " [BOOL, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[0]", "[0, 4, 8]", "[4, 0]", "[-4, 0]"})
  void offsetsThatAreNotABeginAndAnEndAreRefused(String offsets) throws IOException {
    assertRefused(
        tensor("F32", "[1]", offsets),
        "tensor \"a\": data_offsets %s are not a begin and an end".formatted(offsets));
  }

  @Test
  void shapeOfAnotherSizeThanTheDataIsRefused() throws IOException {
    assertRefused(
        tensor("F32", "[2, 3]", "[0, 20]"),
        "tensor \"a\": shape [2, 3] has 6 elements of F32, which do not take the 20 bytes of"
            + " data_offsets [0, 20]");
  }

  @Test
  void negativeDimensionIsRefused() throws IOException {
    assertRefused(
        tensor("F32", "[-1, -1]", "[0, 4]"),
        "tensor \"a\": shape [-1, -1]: dimension -1 is negative");
  }

  @Test
  void shapeBeyondALongIsRefused() throws IOException {
    assertRefused(
        tensor("F32", "[4294967296, 4294967296]", "[0, 0]"),
        "tensor \"a\": shape [4294967296, 4294967296]: the number of elements exceeds 2^63");
    assertRefused(
        tensor("F32", "[4611686018427387904]", "[0, 0]"),
        "tensor \"a\": shape [4611686018427387904] has 4,611,686,018,427,387,904 elements of F32,"
            + " which do not take the 0 bytes of data_offsets [0, 0]");
  }

  @Test
  void overlappingTensorsAreRefused() throws IOException {
    assertRefused(
        twoTensors("[0,4]", "[2,6]"),
        "tensor \"b\": its data begins at byte 2, but the data before it ends at 4: they overlap");
    assertRefused(
        twoTensors("[0,4]", "[0,4]"),
        "tensor \"b\": its data begins at byte 0, but the data before it ends at 4: they overlap");
  }

  @Test
  void gapBetweenTensorsIsRefused() throws IOException {
    assertRefused(
        twoTensors("[0,4]", "[8,12]"),
        "tensor \"b\": its data begins at byte 8, but the data before it ends at 4: a gap");
  }

  @Test
  void truncatedDataIsRefused() throws IOException {
    assertRefused(
        tensor("F32", "[3]", "[0, 12]", 11),
        "truncated: 11 bytes of data, but its tensors take 12");
  }

  @Test
  void dataBehindTheLastTensorIsRefused() throws IOException {
    assertRefused(
        tensor("F32", "[3]", "[0, 12]", 13),
        "1 bytes too long: its tensors take 12 bytes of data, but it has 13");
  }

  @Test
  void hostileNamesAreCutShortInMessages() throws IOException {
    assertRefused(
        file("{\"" + "n".repeat(1000) + "\":{}}"),
        "tensor \"" + "n".repeat(60) + "...\": it needs dtype, shape and data_offsets");
  }

  @Test
  void membersThatTheFormatMayGetAreIgnored() throws IOException {
    byte[] header =
        file(
            "{\"a\":{\"new\":[1, -2.5e+3, \"x\", true, false, null, {\"y\":{}}],"
                + "\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}} \n\t\r ");
    Path path = Files.write(directory.resolve("file"), header);
    try (SafetensorsFile file = Safetensors.open(path)) {
      assertThat(file.tensors()).containsOnlyKeys("a");
    }
  }

  private void assertRefused(byte[] content, String complaint) throws IOException {
    Path path = Files.write(directory.resolve("file"), content);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Safetensors.open(path))
        .withMessage(path + ": " + complaint)
        .satisfies(e -> assertThat(e.path()).isEqualTo(path));
  }

  private static byte[] tensor(String type, String shape, String offsets) {
    return tensor(type, shape, offsets, 0);
  }

  private static byte[] tensor(String type, String shape, String offsets, int dataBytes) {
    byte[] file =
        file(
            "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                .formatted(type, shape, offsets));
    return Arrays.copyOf(file, file.length + dataBytes);
  }

  private static byte[] twoTensors(String a, String b) {
    String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":%s}";
    return file("{\"a\":%s,\"b\":%s}".formatted(entry.formatted(a), entry.formatted(b)));
  }

  private static byte[] file(String header) {
    return file(header.getBytes(StandardCharsets.UTF_8).length, header);
  }

  private static byte[] file(long headerBytes, String header) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    file.writeBytes(length.putLong(headerBytes).array());
    file.writeBytes(header.getBytes(StandardCharsets.UTF_8));
    return file.toByteArray();
  }
}
