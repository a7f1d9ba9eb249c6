/**
 * What is shown is verified with: public keys in PEM files and in sets, and hashes of passwords.
 * Knows files and texts, not who uses them.
 */
@NullMarked
package dev.ssebridge.internal.keys;

import org.jspecify.annotations.NullMarked;
