import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.javascript.jscomp.CompilationLevel;
import com.google.javascript.jscomp.Compiler;
import com.google.javascript.jscomp.CompilerOptions;
import com.google.javascript.jscomp.CompilerOptions.LanguageMode;
import com.google.javascript.jscomp.Result;
import com.google.javascript.jscomp.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes of {@code sse-bridge.js} what is served: the same module without comments, and with short
 * names inside. Run by Maven; a tool of the JVM, so that a build needs nothing else.
 *
 * <p>The compiler knows modules only as parts of a program that it sees whole, and removes what
 * nobody in it imports. So it gets a function that answers what the module exports.
 */
public final class MinifyClient {
  private static final Pattern EXPORT =
      Pattern.compile("(?m)^export (?=(?:async )?function (\\w+))");
  private static final String HERE = "import.meta.url";
  private static final String PLACEHOLDER = "IMPORT_META_URL";

  /** What a worker is called: with a mark of the content, so that none of another build is met. */
  private static final Pattern VERSION = Pattern.compile("(?<=const NAME = ')(sse-bridge [^']+)");

  private MinifyClient() {}

  public static void main(String[] args) throws IOException {
    Path source = Path.of(args[0]);
    Path target = Path.of(args[1]);
    if (Files.exists(target)
        && Files.getLastModifiedTime(target).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return; // it takes some seconds
    }
    Files.createDirectories(target.getParent());
    Files.writeString(target, minified(Files.readString(source)));
  }

  private static String minified(String module) {
    Matcher exports = EXPORT.matcher(module);
    String names = exports.results().map(found -> found.group(1)).collect(Collectors.joining(","));
    String body = exports.replaceAll("").replace(HERE, PLACEHOLDER);
    body = VERSION.matcher(body).replaceFirst("$1 " + mark(module));
    String small = compiled("(() => {" + body + "\nreturn {" + names + "}})()");
    return "export const{" + names + "}=" + small.replace(PLACEHOLDER, HERE) + "\n";
  }

  private static String mark(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 4);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String compiled(String script) {
    CompilerOptions options = new CompilerOptions();
    CompilationLevel.SIMPLE_OPTIMIZATIONS.setOptionsForCompilationLevel(options);
    options.setLanguageIn(LanguageMode.UNSTABLE);
    options.setLanguageOut(LanguageMode.UNSTABLE);
    options.setEmitUseStrict(false); // a module is strict by itself
    options.setRewritePolyfills(false);
    options.setLineLengthThreshold(Integer.MAX_VALUE); // each line end is some bytes
    Compiler compiler = new Compiler();
    Result result =
        compiler.compile(
            List.of(SourceFile.fromCode("externs.js", "var " + PLACEHOLDER + ";")),
            List.of(SourceFile.fromCode("sse-bridge.js", script)),
            options);
    if (!result.success) {
      throw new IllegalStateException("sse-bridge.js: " + result.errors);
    }
    return compiler.toSource().strip();
  }
}
