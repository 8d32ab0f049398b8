package dev.tandem.io;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/**
 * Says that a file breaks the rules of its format, or follows them in a way that is not supported.
 * Files that cannot be read at all (missing, no permission) are other {@link IOException}s.
 */
public final class MalformedFileException extends IOException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Path path;

  MalformedFileException(Path path, String reason) {
    super(path + ": " + reason);
    this.path = path;
  }

  /** The file. */
  public Path path() {
    return path;
  }
}
