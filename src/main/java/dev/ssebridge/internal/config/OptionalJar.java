package dev.ssebridge.internal.config;

import org.jspecify.annotations.Nullable;

/** Jars that an application may leave out, as only some keys of a configuration need them. */
public final class OptionalJar {
  private OptionalJar() {}

  /**
   * What to do where a class is not there; null where it is.
   *
   * @param type the class
   * @param artifact group and artifact of the dependency that has it
   * @param version which one of them
   */
  public static @Nullable String missing(String type, String artifact, String version) {
    try {
      Class.forName(type, false, OptionalJar.class.getClassLoader());
      return null;
    } catch (ClassNotFoundException | LinkageError notThere) {
      return "needs "
          + artifact.substring(artifact.indexOf(':') + 1)
          + ", which is not on the class path; add the dependency "
          + artifact
          + " in "
          + version;
    }
  }
}
