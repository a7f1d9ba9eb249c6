package dev.ssebridge.internal.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Looks at the files in which sources keep something, and at their directories. Blocks. */
final class KeptPlaces {
  /** What stands beside such a file while it is written, and while it is in use. */
  private static final String[] BESIDE = {"~new", "~lock"};

  private final Problems problems;

  /** Who has which file, by what it really is, in lower case. */
  private final Map<String, String> owners = new LinkedHashMap<>();

  private KeptPlaces(Problems problems) {
    this.problems = problems;
  }

  static void check(BridgeConfig config, Problems problems) {
    KeptPlaces places = new KeptPlaces(problems);
    if (config.control().persist() != null) {
      places.requireFile("/control/persist", config.control().persist());
    }
    config
        .sources()
        .forEach(
            (name, source) -> {
              String cursor = source.cursor().file();
              if (cursor != null) {
                places.requireFile("/sources/" + name + "/cursor", cursor);
              }
            });
    int index = 0;
    for (String allowed : config.control().allow().cursors()) {
      String place = "/control/allow/cursors/" + index++;
      if (allowed.endsWith("/")) {
        places.isDirectory(place, Path.of(allowed).toAbsolutePath().normalize());
      } else {
        places.requireFile(place, allowed, false);
      }
    }
  }

  private void requireFile(String place, String file) {
    requireFile(place, file, true);
  }

  private void requireFile(String place, String file, boolean isOwn) {
    try {
      Path path = Path.of(file).toAbsolutePath().normalize();
      Path directory = path.getParent();
      Path last = path.getFileName();
      if (problems.hasAnyAt(place) || directory == null || last == null) {
        return;
      }
      String name = last.toString();
      for (String suffix : BESIDE) {
        if (name.endsWith(suffix)) {
          problems.add(
              place,
              "expected a name that does not end in "
                  + suffix
                  + ", which is the temporary name of another file, got \""
                  + file
                  + "\"");
          return;
        }
      }
      if (isDirectory(place, directory)) {
        Path real = directory.toRealPath().resolve(name);
        requirePlain(place, real, file);
        if (isOwn) {
          requireOwn(place, real);
        }
      }
    } catch (IOException | InvalidPathException impossible) {
      problems.add(place, "expected the path of a file, got \"" + file + "\"");
    }
  }

  private boolean isDirectory(String place, Path directory) {
    if (!Files.isDirectory(directory)) {
      problems.add(
          place,
          "expected a directory that exists, got \"" + directory + "\", which does not; make it");
      return false;
    }
    if (!Files.isWritable(directory)) {
      problems.add(
          place,
          "expected a directory that can be written to, got \""
              + directory
              + "\", permission denied; change its owner or mode");
      return false;
    }
    return true;
  }

  private void requirePlain(String place, Path real, String file) {
    if (Files.exists(real, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      String what =
          Files.isSymbolicLink(real)
              ? "a symbolic link"
              : Files.isDirectory(real) ? "a directory" : "something else";
      problems.add(
          place,
          "expected a plain file, got " + what + " in \"" + file + "\"; remove or rename it");
    } else if (Files.exists(real) && !Files.isReadable(real)) {
      problems.add(
          place, "expected a file that can be read, got \"" + file + "\", permission denied");
    }
  }

  /** Names that differ in case alone are one file on some systems. */
  private void requireOwn(String place, Path real) {
    String first = owners.putIfAbsent(real.toString().toLowerCase(Locale.ROOT), place);
    if (first != null) {
      problems.add(place, "expected a file of its own, got the one of " + first);
    }
  }
}
