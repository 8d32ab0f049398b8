package dev.tandem.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {

  @TempDir Path folder;

  private CsvFile csv(String text) throws IOException {
    return new CsvFile(Files.writeString(folder.resolve("data.csv"), text), ',');
  }

  @Test
  void rowsComeInOrderWithTheLineTheyStartOn() throws IOException {
    List<String> rows = new ArrayList<>();
    csv("a,b\n1,2\n\n\"x\ny\",3\n4,5").forEachRow((line, fields) -> rows.add(line + ":" + fields));
    assertThat(rows).containsExactly("2:[1, 2]", "4:[x\ny, 3]", "6:[4, 5]");
  }

  @Test
  void byteOrderMarkIsNoPartOfTheFirstName() throws IOException {
    assertThat(csv("\uFEFF\"a\",b\r\n1,2\r\n").header()).containsExactly("a", "b");
  }

  @Test
  void namesAreStrippedOfSpaces() throws IOException {
    assertThat(csv("a , b\n1,2\n").header()).containsExactly("a", "b");
  }

  @Test
  void emptyFileIsRefused() {
    assertThatThrownBy(() -> csv("").header())
        .isInstanceOf(JobException.class)
        .hasMessage(
            "data.csv is empty. It needs a first line with the names of the columns and rows below"
                + " it.");
  }

  @Test
  void shortRowIsRefusedWithItsLine() {
    assertThatThrownBy(() -> csv("a,b\n1,2\n3\n").forEachRow((line, fields) -> {}))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("data.csv, line 3: 1 fields, but the header names 2 columns.");
  }

  @Test
  void longRowIsRefusedWithItsLine() {
    assertThatThrownBy(() -> csv("a,b\n1,2,3\n").forEachRow((line, fields) -> {}))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("data.csv, line 2: 3 fields, but the header names 2 columns.");
  }

  @Test
  void repeatedNameIsRefused() {
    assertThatThrownBy(() -> csv("a,b,a\n").header())
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("data.csv: two columns are named 'a'.");
  }

  @Test
  void namelessColumnIsRefused() {
    assertThatThrownBy(() -> csv("a,,c\n").header())
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("data.csv: column 2 has no name.");
  }

  @Test
  void missingFileIsNamed() {
    Path nowhere = folder.resolve("nowhere.csv");
    assertThatThrownBy(() -> new CsvFile(nowhere, ',').header())
        .isInstanceOf(JobException.class)
        .hasMessage(nowhere + " does not exist. Check the name of the file.");
  }

  @Test
  void directoryIsNoFile() {
    assertThatThrownBy(() -> new CsvFile(folder, ',').header())
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(folder + " is a directory.");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Path latin = folder.resolve("latin.csv");
    Files.write(latin, "größe,b\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> new CsvFile(latin, ',').header())
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("latin.csv is not UTF-8 text.");
  }

  @Test
  void bytesThatAreNotUtf8FarDownAreRefused() throws IOException {
    Path latin = folder.resolve("latin.csv");
    String text = "a,b\n" + "1,2\n".repeat(50_000) + "größe,2\n";
    Files.write(latin, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> new CsvFile(latin, ',').forEachRow((line, fields) -> {}))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("latin.csv is not UTF-8 text.");
  }

  @Test
  void unclosedQuoteIsRefused() {
    assertThatThrownBy(() -> csv("a,b\n1,\"2\n3,4\n").forEachRow((line, fields) -> {}))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith(folder.resolve("data.csv") + " cannot be read:")
        .hasMessageContaining("quote");
  }
}
