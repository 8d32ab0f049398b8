package dev.tandem.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir Path directory;

  @Test
  void fileIsCreatedAndReplaced() throws IOException {
    Path path = directory.resolve("file");
    AtomicFile.write(path, channel -> write(channel, "long content"));
    AtomicFile.write(path, channel -> write(channel, "short"));
    assertThat(path).hasContent("short");
    assertOnlyFile(path);
  }

  @Test
  void fileIsReadableByWhomOtherNewFilesAre() throws IOException {
    Path path = directory.resolve("file");
    Path ordinary = directory.resolve("ordinary");
    AtomicFile.write(path, channel -> write(channel, "new"));
    Files.writeString(ordinary, "new");
    assertThat(Files.getPosixFilePermissions(path))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }

  @Test
  void failingContentLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = directory.resolve("file");
    Files.writeString(path, "old");
    assertThatIOException()
        .isThrownBy(() ->
            AtomicFile.write(
                path,
                channel -> {
                  write(channel, "half");
                  throw new IOException("disk full");
                }))
        .withMessage("disk full");
    assertThat(path).hasContent("old");
    assertOnlyFile(path);
  }

  @Test
  void errorInTheContentLeavesNothingBehind() {
    Path path = directory.resolve("file");
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(() ->
            AtomicFile.write(
                path,
                channel -> {
                  throw new StackOverflowError();
                }));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void symbolicLinkStaysAndItsTargetIsReplaced() throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "old");
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("target"));
    AtomicFile.write(link, channel -> write(channel, "new"));
    assertThat(link).isSymbolicLink();
    assertThat(target).hasContent("new");
  }

  @Test
  void longestNamesAreWritten() throws IOException {
    Path path = directory.resolve("n".repeat(255));
    AtomicFile.write(path, channel -> write(channel, "new"));
    assertThat(path).hasContent("new");
  }

  @Test
  void missingDirectoryIsNamed() {
    Path path = directory.resolve("missing").resolve("file");
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(path, channel -> {}))
        .withMessage(
            "cannot write %s: there is no directory %s; create it first", path, path.getParent());
  }

  @Test
  void directoryIsNotReplaced() {
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(directory, channel -> {}))
        .withMessage("cannot write %s: it is a directory", directory);
  }

  @Test
  void directoryThatTakesNoFilesIsNamed() {
    Path proc = Path.of("/proc");
    assumeTrue(Files.isDirectory(proc), "no /proc");
    Path path = proc.resolve("tandem-test");
    assertThatIOException()
        .isThrownBy(() -> AtomicFile.write(path, channel -> {}))
        .withMessageStartingWith(
            "cannot write /proc/tandem-test: no file can be created in /proc: ");
  }

  private void assertOnlyFile(Path path) throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(path);
    }
  }

  private static void write(FileChannel channel, String text) throws IOException {
    AtomicFile.writeFully(channel, StandardCharsets.UTF_8.encode(text));
  }
}
