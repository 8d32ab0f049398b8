package dev.tandem.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes a file so that it is there as a whole or not at all, whatever fails meanwhile: the content
 * goes to a temporary file in the same directory, is forced to the disk, and takes the place of the
 * old file in one step.
 */
public final class AtomicFile {

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the channel, from its start on, and does not close it. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private static final int CHUNK = 1 << 20;

  private AtomicFile() {}

  /**
   * Writes a file, replacing what was there. Where the path is a symbolic link, the file that it
   * points to is replaced.
   *
   * @throws IOException if the directory is missing or not writable, the path is a directory, the
   *     disk is full, or the content throws; the old file is untouched then, and nothing is left
   *     behind
   */
  public static void write(Path path, Content content) throws IOException {
    Path target = Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
    Path directory = target.getParent();
    if (directory == null || Files.isDirectory(target)) {
      throw new IOException("cannot write %s: it is a directory".formatted(path));
    }
    if (!Files.isDirectory(directory)) {
      throw new IOException(
          "cannot write %s: there is no directory %s; create it first".formatted(path, directory));
    }
    Path temporary = temporary(target);
    boolean written = false;
    try {
      try (FileChannel channel = create(temporary, path)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      written = true;
    } finally {
      if (!written) {
        Files.deleteIfExists(temporary);
      }
    }
    force(directory);
  }

  /** In the same directory, since only there a move is one step; short, since names are limited. */
  private static Path temporary(Path target) {
    long random = ThreadLocalRandom.current().nextLong();
    return target.resolveSibling(
        ".tandem-" + Long.toUnsignedString(random, Character.MAX_RADIX) + ".tmp");
  }

  private static FileChannel create(Path temporary, Path path) throws IOException {
    try {
      return FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(
          "cannot write %s: no file can be created in %s: %s"
              .formatted(path, temporary.getParent(), e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Makes the new name permanent, where the system lets a directory be forced; Windows does not.
   */
  private static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // the file is whole and in place; only a power failure now could bring the old one back
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static void writeFully(FileChannel channel, MemorySegment bytes) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, bytes.byteSize()));
    for (long start = 0; start < bytes.byteSize(); start += CHUNK) {
      long size = Math.min(CHUNK, bytes.byteSize() - start);
      MemorySegment.copy(bytes, start, MemorySegment.ofBuffer(chunk.clear()), 0, size);
      writeFully(channel, chunk.limit((int) size));
    }
  }
}
