package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ConfigFile;
import dev.ssebridge.internal.config.ConfigReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/**
 * A configuration as it was read.
 *
 * @param config what it says, and the files it was read from
 * @param begun when reading began, so that what is written from then on is noticed
 */
record Reading(ConfigFile config, Instant begun) {

  /** Reads everything, maybe again. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads. Blocks.
     *
     * @param named takes the files that are read or referred to, also where it fails
     */
    Reading read(Set<Path> named) throws Exception;
  }

  /**
   * Reads all layers. Blocks.
   *
   * @throws dev.ssebridge.ConfigException if anything is wrong
   */
  static Reading of(ConfigReader reader, Set<Path> named) {
    Instant begun = Instant.now();
    named.addAll(reader.files());
    ConfigFile file =
        reader.read(
            (config, read) -> {
              named.addAll(read);
              named.addAll(ReferredFiles.named(config));
            });
    HiddenTexts.hide(file);
    return new Reading(file, begun);
  }
}
