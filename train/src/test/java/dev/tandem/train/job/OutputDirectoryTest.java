package dev.tandem.train.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tandem.train.data.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void chooseTarget() {
    target = folder.resolve("deep").resolve("model");
  }

  private OutputDirectory prepare() {
    return OutputDirectory.prepare(target, Set.of("a", "b"));
  }

  private Stream<String> besideTarget() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("deep"))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  @Test
  void nothingIsThereBeforeTheCommitAndAllOfItAfterwards() throws IOException {
    try (OutputDirectory output = prepare()) {
      Files.writeString(output.staging().resolve("a"), "1");
      assertThat(target).doesNotExist();
      output.commit();
    }
    assertThat(target.resolve("a")).hasContent("1");
    assertThat(besideTarget()).containsExactly("model");
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    try (OutputDirectory output = prepare()) {
      Files.createDirectory(output.staging().resolve("sub"));
      Files.writeString(output.staging().resolve("sub").resolve("a"), "1");
    }
    assertThat(besideTarget()).isEmpty();
  }

  @Test
  void earlierFilesAreReplacedAsAWhole() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("a"), "old");
    Files.writeString(target.resolve("b"), "old");
    try (OutputDirectory output = prepare()) {
      Files.writeString(output.staging().resolve("a"), "new");
      assertThat(target.resolve("a")).hasContent("old");
      output.commit();
    }
    assertThat(target.resolve("a")).hasContent("new");
    assertThat(target.resolve("b")).doesNotExist();
    assertThat(besideTarget()).containsExactly("model");
  }

  @Test
  void emptyDirectoryMayBeUsed() throws IOException {
    Files.createDirectories(target);
    try (OutputDirectory output = prepare()) {
      output.commit();
    }
    assertThat(besideTarget()).containsExactly("model");
  }

  @Test
  void foreignFilesAreNotTouched() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("c"), "mine");
    assertThatThrownBy(this::prepare)
        .isInstanceOf(JobException.class)
        .hasMessageContaining("holds 'c', which is no part of a model");
    assertThat(target.resolve("c")).hasContent("mine");
  }

  @Test
  void fileInItsPlaceIsRefused() throws IOException {
    Files.createDirectories(target.getParent());
    Files.writeString(target, "mine");
    assertThatThrownBy(this::prepare)
        .isInstanceOf(JobException.class)
        .hasMessage("output directory " + target + " is a file. Choose another with --out.");
  }

  @Test
  void rootIsRefused() {
    assertThatThrownBy(() -> OutputDirectory.prepare(folder.getRoot(), Set.of()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("a root cannot be replaced");
  }

  @Test
  void missingPermissionIsNamed() throws IOException {
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(locked)).as("permissions do not bind root").isFalse();
    assertThatThrownBy(() -> OutputDirectory.prepare(locked.resolve("model"), Set.of()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("cannot be written: no permission for");
  }

  @Test
  void finishedDirectoryHasTheUsualPermissions() throws IOException {
    try (OutputDirectory output = prepare()) {
      output.commit();
    }
    assertThat(Files.getPosixFilePermissions(target))
        .isEqualTo(Files.getPosixFilePermissions(Files.createDirectory(folder.resolve("usual"))));
  }
}
