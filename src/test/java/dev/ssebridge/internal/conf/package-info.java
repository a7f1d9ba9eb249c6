/** What an operator deploys with: every file of {@code conf/} that has a tool to check it. */
@org.jspecify.annotations.NullMarked
package dev.ssebridge.internal.conf;
