package dev.tandem.train.job;

import dev.tandem.train.data.JobException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A directory that appears as a whole or not at all. Files are written into a hidden directory
 * beside it, which {@link #commit} moves into place; {@link #close}, and the end of the process,
 * remove what was not committed.
 */
public final class OutputDirectory implements AutoCloseable {

  private final Path target;
  private final Path staging;
  private final Thread cleanUp;
  private boolean committed;

  private OutputDirectory(Path target, Path staging) {
    this.target = target;
    this.staging = staging;
    this.cleanUp = new Thread(this::removeUncommitted, "remove-" + staging.getFileName());
  }

  /**
   * Makes sure that the directory can be written, before a long job starts.
   *
   * @param target what will be written; it may exist if it holds nothing but files of the given
   *     names
   * @param replaceable names of files that an earlier run has left and this one replaces
   * @throws JobException if it cannot be written or holds anything else
   */
  public static OutputDirectory prepare(Path target, Set<String> replaceable) {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path name = absolute.getFileName();
    if (parent == null || name == null) {
      throw new JobException(
          "output directory %s: a root cannot be replaced".formatted(target),
          "Choose a directory below it with --out");
    }
    try {
      checkReplaceable(target, replaceable);
      Files.createDirectories(parent);
      Path staging = Files.createTempDirectory(parent, "." + name + ".partial-");
      OutputDirectory directory = new OutputDirectory(absolute, staging);
      Runtime.getRuntime().addShutdownHook(directory.cleanUp);
      return directory;
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(target, e);
    }
  }

  private static void checkReplaceable(Path target, Set<String> replaceable) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new JobException(
          "output directory %s is a file".formatted(target), "Choose another with --out");
    }
    try (Stream<Path> entries = Files.list(target)) {
      Set<String> names = new TreeSet<>();
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
      names.removeAll(replaceable);
      if (!names.isEmpty()) {
        throw new JobException(
            "output directory %s holds '%s', which is no part of a model"
                .formatted(target, names.iterator().next()),
            "Choose another with --out; only an earlier model is replaced");
      }
    }
  }

  /** Where to write the files until they are committed. */
  public Path staging() {
    return staging;
  }

  /**
   * Moves the files into place. An earlier directory is set aside for that moment and put back if
   * the move fails.
   *
   * @throws JobException if that is impossible; the earlier directory is still there
   */
  public synchronized void commit() {
    try {
      makeReadableAsUsual();
      if (!Files.exists(target)) {
        Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Path aside = Files.createTempDirectory(target.resolveSibling(""), ".replaced-");
        Path earlier = aside.resolve("earlier");
        Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
        try {
          Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
          Files.move(earlier, target, StandardCopyOption.ATOMIC_MOVE);
          throw e;
        } finally {
          if (Files.exists(target)) {
            delete(aside);
          }
        }
      }
      committed = true;
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  /** A temporary directory is private to its owner; the finished one should be as any other. */
  private void makeReadableAsUsual() throws IOException {
    Path usual = Files.createDirectory(staging.resolve(".usual"));
    if (Files.getFileStore(usual).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(staging, Files.getPosixFilePermissions(usual));
    }
    Files.delete(usual);
  }

  /** Removes what was written unless it was committed. */
  @Override
  public void close() {
    removeUncommitted();
    try {
      Runtime.getRuntime().removeShutdownHook(cleanUp);
    } catch (IllegalStateException e) {
      // the process is ending, and the hook at work
    }
  }

  /** Waits for a commit under way: the process does not end between its moves. */
  private synchronized void removeUncommitted() {
    if (!committed) {
      delete(staging);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> tree = Files.walk(directory)) {
      List<Path> deepestFirst = tree.sorted((a, b) -> b.compareTo(a)).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // it is gone already, or stays behind hidden: nothing that the user could act on
    }
  }

  private static JobException unwritable(Path target, Exception e) {
    Throwable reason = e instanceof UncheckedIOException ? e.getCause() : e;
    return new JobException(
        "output directory %s cannot be written: %s"
            .formatted(
                target,
                reason instanceof AccessDeniedException denied
                    ? "no permission for " + denied.getFile()
                    : reason),
        "Choose another with --out",
        e);
  }
}
