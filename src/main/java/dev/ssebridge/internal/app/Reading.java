package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ConfigFile;
import java.time.Instant;

/**
 * A configuration as it was read.
 *
 * @param config what it says, and the files it was read from
 * @param begun when reading began, so that what is written from then on is noticed
 */
record Reading(ConfigFile config, Instant begun) {}
