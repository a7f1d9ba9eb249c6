package dev.ssebridge.internal.http;

/** A request that cannot be answered as it is; says how it is answered instead. */
public final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // never serialized
  private final Problem problem;

  private final boolean overLimit;

  public BadRequestException(int status, String detail) {
    this(new Problem(status, detail));
  }

  public BadRequestException(Problem problem) {
    this(problem, false);
  }

  private BadRequestException(Problem problem, boolean overLimit) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.overLimit = overLimit;
  }

  /** Something is over one of the route's limits. */
  public static BadRequestException overLimit(String detail) {
    return new BadRequestException(new Problem(400, detail), true);
  }

  /** Whether a subscriber is turned away as from a route that is full. */
  public boolean isOverLimit() {
    return overLimit;
  }

  public Problem problem() {
    return problem;
  }
}
