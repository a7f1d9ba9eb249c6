package dev.ssebridge.internal.tls;

/**
 * Where a certificate and its key are.
 *
 * @param cert path of the certificate chain, PEM
 * @param key path of its private key, PEM
 */
public record PairFiles(String cert, String key) {}
