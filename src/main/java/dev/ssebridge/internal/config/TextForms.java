package dev.ssebridge.internal.config;

/**
 * How texts are written, as patterns of JSON Schema: as near to what is read as can be said there.
 * Whatever is read is of its form.
 */
public final class TextForms {
  private static final String CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";
  private static final String ANYTHING = "[\\s\\S]*";
  private static final String SOMETHING = "(?=" + ANYTHING + "\\S)";

  private static final String PARAMETER = ":[A-Za-z][A-Za-z0-9_]*";

  /** Without what has to be encoded, and without {@code : *}. */
  private static final String FIXED = "[^\\u0000- \"#%*/:<>?\\[\\\\\\]^`{|}\\u007f-\\u00a0]+";

  /** A path with parameters: no empty and no dot segment, no parameter twice. */
  public static final String PATH =
      "^(?!"
          + ANYTHING
          + "/("
          + PARAMETER
          + ")/("
          + ANYTHING
          + "/)?\\1(/|$))(/|(/(?!\\.{1,2}(/|$))("
          + PARAMETER
          + "|"
          + FIXED
          + "))+)$";

  private static final String ONE_STAR = "(?!" + ANYTHING + "\\*\\}" + ANYTHING + "\\*\\})";
  private static final String LITERAL = "[^{}" + CONTROLS + "]";

  /** An address with parameters, something between two of them. */
  public static final String ADDRESS =
      "^"
          + SOMETHING
          + "(?!"
          + ANYTHING
          + "\\}\\{)"
          + ONE_STAR
          + "("
          + LITERAL
          + "|\\{([A-Za-z][A-Za-z0-9_]*|claim:[A-Za-z][A-Za-z0-9_-]*)\\*?\\})+$";

  /** An address that a source may have. */
  public static final String SOURCE_ADDRESS =
      "^" + SOMETHING + ONE_STAR + "(" + LITERAL + "|\\{[A-Za-z][A-Za-z0-9_]*\\*?\\})+$";

  private static final String PORT =
      "([0-5]?[0-9]{1,4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

  private static final String IPV6 = "\\[[0-9A-Fa-f:.]+\\]";

  /** Of a URL; beyond ASCII it is written in its ASCII form later. */
  private static final String HOST = "[^" + CONTROLS + " \"#%/:<>?@\\[\\\\\\]^`{|}]+";

  /** An http or https URL without user information. */
  public static final String URL =
      "^[Hh][Tt][Tt][Pp][Ss]?://(\\[[0-9A-Fa-f:.]+(%[^\\]/?#@"
          + CONTROLS
          + "]*)?\\]|"
          + HOST
          + ")(:"
          + PORT
          + "?)?([/?#][^"
          + CONTROLS
          + "]*)?$";

  private static final String OF_A_USER = "([^@/?#\\s:%" + CONTROLS + "]|%[0-9A-Fa-f]{2})*";

  /** The URL of a proxy. */
  public static final String PROXY =
      "^[Hh][Tt][Tt][Pp]://("
          + OF_A_USER
          + "(:([^@/?#\\s%"
          + CONTROLS
          + "]|%[0-9A-Fa-f]{2})*)?@)?("
          + IPV6
          + "|[A-Za-z0-9._-]+)(:(?!0+/?$)"
          + PORT
          + ")?/?$";

  /** Where a secret is. */
  public static final String SECRET = "^(env|file):[^" + CONTROLS + "]+$";

  /** The origin of a web page. */
  public static final String ORIGIN =
      "^[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9_][A-Za-z0-9_.-]*|" + IPV6 + ")(:" + PORT + ")?$";

  /** A host that requests may be for. */
  public static final String SERVER_NAME = "^(\\*|[A-Za-z0-9_][A-Za-z0-9_.-]*|" + IPV6 + ")$";

  /** A host that may be connected to. */
  public static final String ALLOWED_HOST = "^(\\*|(" + IPV6 + "|" + HOST + ")(:" + PORT + ")?)$";

  private static final String IP = "[0-9A-Fa-f:.]+(%[^/" + CONTROLS + "]*)?";

  /** An address of this machine. */
  public static final String ADDRESS_OF_IP = "^" + IP + "$";

  /** A network of proxies. */
  public static final String NETWORK = "^(unix:|" + IP + "(/[0-9]{1,3})?)$";

  /** A name server. */
  public static final String NAME_SERVER =
      "^((" + IPV6 + "|[0-9.]+)(:" + PORT + ")?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$";

  /** A method whose answer can be a stream. */
  public static final String METHOD = "^(?!(HEAD|CONNECT|TRACE)$)[A-Z][A-Z0-9-]{0,31}$";

  /** By what events are merged. */
  public static final String CONFLATION_KEY =
      "^(type|address|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|(/([^/~" + CONTROLS + "]|~[01])*)+)$";

  /** The type of a route's events. */
  public static final String TYPE =
      "^"
          + SOMETHING
          + "(\\{address\\}|(?!sse\\.)(?!"
          + ANYTHING
          + "\\{[A-Za-z0-9_]*\\})[^"
          + CONTROLS
          + "]+)$";

  /** A name of the user's choice. */
  public static final String NAME = "^[A-Za-z0-9_.-]{1,64}$";

  /** Octal digits. */
  public static final String MODE = "^0?[0-7]{3}$";

  /** The path of a socket, which is short. */
  public static final String SOCKET =
      "^" + SOMETHING + "[^" + CONTROLS + "]{0,102}[^/" + CONTROLS + "]$";

  /** A version of TLS. */
  public static final String TLS_VERSION = "^TLSv1\\.[23]$";

  /** When a journal is written to the disk. */
  public static final String FSYNC = "^(never|always|[0-9]{1,18}(ms|s|m|h|d))$";

  /** Where a Redis is. */
  public static final String REDIS_URL =
      "^[Rr][Ee][Dd][Ii][Ss][Ss]?://("
          + IPV6
          + "|[A-Za-z0-9._-]+)(:(?!0+(/|$))("
          + PORT
          + ")?)?(/[0-9]{0,5})?$";

  /** What the keys in a Redis begin with. */
  public static final String PREFIX = "^[A-Za-z0-9_.:/-]{1,64}$";

  /** A node of a cluster. */
  public static final String MEMBER =
      "^(" + IPV6 + "|[A-Za-z0-9_][A-Za-z0-9_.-]*)(:(?!0+$)" + PORT + ")?$";

  private TextForms() {}
}
