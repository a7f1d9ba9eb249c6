/**
 * The fan-out benchmark: servers in JVMs of their own, one load generator, workloads that say what
 * a delivery costs. {@link dev.ssebridge.bench.fanout.FanoutBenchmark} runs it.
 */
@NullMarked
package dev.ssebridge.bench.fanout;

import org.jspecify.annotations.NullMarked;
