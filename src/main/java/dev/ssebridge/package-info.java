/** The bridge: mount it in a router, or deploy it as a verticle; and one response alone. */
@ModuleGen(name = "sse-bridge", groupPackage = "dev.ssebridge")
@NullMarked
package dev.ssebridge;

import io.vertx.codegen.annotations.ModuleGen;
import org.jspecify.annotations.NullMarked;
