package dev.ssebridge.internal.store.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** What is wrong with a directory, and what to do about it, in a sentence. */
final class Problems {
  private Problems() {}

  static String text(Path directory, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return "the history in " + directory + " takes no events: " + repair(directory, cause, message);
  }

  private static String repair(Path directory, Throwable cause, String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    if (cause instanceof DirectoryLock.HeldException) {
      return message + "; stop that one, or give each a directory of its own";
    }
    if (lower.contains("no space left") || lower.contains("quota")) {
      return "the disk is full; free some space, or lower what the store may take of it";
    }
    if (lower.contains("read-only")) {
      return "the disk is read-only; mount it so that it can be written";
    }
    if (cause instanceof AccessDeniedException) {
      return "access to "
          + message
          + " is denied; let user "
          + System.getProperty("user.name")
          + " write there";
    }
    if (cause instanceof NoSuchFileException || cause instanceof VanishedException) {
      return "the directory has vanished; it is made again if it can be";
    }
    if (cause instanceof FileAlreadyExistsException) {
      return directory + " is no directory; name another place";
    }
    return cause instanceof IOException ? message : cause.toString();
  }

  /** What was there is there no more. */
  static final class VanishedException extends IOException {
    private static final long serialVersionUID = 1;

    VanishedException(Path directory) {
      super(directory + " has vanished");
    }
  }
}
