package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.BridgeConfig;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration, and what was in files that it refers to before anything was started.
 *
 * @param certificate null where there is no TLS
 * @param authorities by source, in short
 */
record FilesAtStart(
    Reading reading, @Nullable Certificate certificate, Map<String, String> authorities) {

  /** Reads them. Blocks. */
  static FilesAtStart of(Reading reading) throws IOException {
    BridgeConfig config = reading.config().config();
    return new FilesAtStart(
        reading, Certificate.read(config.http().tls()), ReferredFiles.authorities(config));
  }
}
