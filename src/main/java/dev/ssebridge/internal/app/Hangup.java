package dev.ssebridge.internal.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The signal SIGHUP, which ends a Java process that does not ask for it. The JDK has signals in the
 * module {@code jdk.unsupported} only, whose classes cannot be named without a warning.
 */
final class Hangup {
  private static final Logger LOG = Logger.getLogger(Hangup.class.getName());

  private Hangup() {}

  /**
   * From now on the signal ends nothing, and runs this instead, on a thread of the JVM.
   *
   * @return false where there is no such signal, the JVM was told to leave it alone ({@code -Xrs}),
   *     or the process was started to ignore it ({@code nohup})
   */
  static boolean runs(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "SIGHUP";
                  });
      Object hangup = signal.getConstructor(String.class).newInstance("HUP");
      Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, ours);
      // Who started the process had it ignore the signal (nohup), and the JVM leaves it so.
      return !handler.getField("SIG_IGN").get(null).equals(before);
    } catch (InvocationTargetException refused) {
      LOG.log(Level.FINE, "SIGHUP does not reload here", refused.getCause());
    } catch (ReflectiveOperationException | RuntimeException unknown) {
      LOG.log(Level.FINE, "SIGHUP does not reload here", unknown);
    }
    return false;
  }
}
