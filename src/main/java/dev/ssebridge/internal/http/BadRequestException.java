package dev.ssebridge.internal.http;

/** A request that cannot be answered as it is; says how it is answered instead. */
public final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // never serialized
  private final Problem problem;

  public BadRequestException(int status, String detail) {
    this(new Problem(status, detail));
  }

  public BadRequestException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
