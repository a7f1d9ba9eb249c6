/** What a store of history costs. */
package dev.ssebridge.bench.store;
