/** Certificates and private keys in PEM files, looked at before anybody needs them. */
@NullMarked
package dev.ssebridge.internal.tls;

import org.jspecify.annotations.NullMarked;
