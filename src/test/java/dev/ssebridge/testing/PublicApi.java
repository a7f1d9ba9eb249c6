package dev.ssebridge.testing;

import java.io.IOException;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that others can name of what is packaged together with a class: types, constructors, methods,
 * fields that are public or protected, sorted, with generics, nullness and declared exceptions.
 */
public final class PublicApi {
  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");
  private static final Set<String> OF_EVERY_ENUM = Set.of("values", "valueOf");

  private final String root;
  private final String internal;
  private final List<String> text = new ArrayList<>();
  private final Set<String> leaks = new TreeSet<>();

  private PublicApi(String root, String internal) {
    this.root = root;
    this.internal = internal;
  }

  /**
   * Reads the classes of a directory.
   *
   * @param some one of them, in the package above all others
   * @param internal the package whose types, and those of packages below it, are no one's business
   */
  public static PublicApi of(Class<?> some, String internal) {
    PublicApi api = new PublicApi(some.getPackageName(), internal);
    try {
      Path home = Path.of(some.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Class<?> type : types(home, some.getClassLoader())) {
        if (api.isPromised(type)) {
          api.add(type);
        }
      }
    } catch (IOException | URISyntaxException | ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return api;
  }

  /** A line for each type, and below it one for each of its members, indented. */
  public List<String> text() {
    return text;
  }

  /** Which signature names which type that is not promised itself. */
  public Set<String> leaks() {
    return leaks;
  }

  private static List<Class<?>> types(Path home, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = home.relativize(file).toString().replace('/', '.').replace('\\', '.');
        types.add(Class.forName(name.substring(0, name.length() - 6), false, loader));
      }
    }
    types.sort(Comparator.comparing(Class::getName));
    return types;
  }

  private boolean isPromised(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return isVisible(type.getModifiers())
        && !type.isSynthetic()
        && !isInternal(type)
        && (outer == null || isPromised(outer));
  }

  private boolean isInternal(Class<?> type) {
    return (type.getPackageName() + ".").startsWith(internal + ".");
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private void add(Class<?> type) throws IllegalAccessException {
    text.add(head(type));
    List<String> members = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
        members.add(field(type, field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
        members.add(start(constructor, 0) + "new" + executable(type, constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method.getModifiers()) && !method.isSynthetic() && !isImplied(type, method)) {
        members.add(method(type, method));
      }
    }
    members.stream().sorted().forEach(member -> text.add("  " + member));
  }

  private static boolean isImplied(Class<?> type, Method method) {
    return OF_EVERY_OBJECT.contains(method.getName())
        || (type.isEnum() && OF_EVERY_ENUM.contains(method.getName()));
  }

  private String head(Class<?> type) {
    String kind = type.isRecord() ? "record " : type.isEnum() ? "enum " : "class ";
    int implied = type.isRecord() || type.isEnum() ? Modifier.FINAL : 0;
    if (type.isInterface()) {
      kind = "interface ";
      implied = Modifier.ABSTRACT | Modifier.INTERFACE | Modifier.STATIC;
    }
    StringBuilder line = new StringBuilder(start(type, type.getModifiers(), implied));
    line.append(type.isSealed() ? "sealed " : "").append(kind).append(name(type));
    line.append(variables(type, type));
    AnnotatedType above = type.getAnnotatedSuperclass();
    if (above != null
        && type.getSuperclass() != Object.class
        && !type.isRecord()
        && !type.isEnum()) {
      line.append(" extends ").append(text(type, above));
    }
    if (type.getInterfaces().length > 0) {
      line.append(" implements ").append(list(type, type.getAnnotatedInterfaces()));
    }
    return line.toString();
  }

  private String field(Class<?> type, Field field) throws IllegalAccessException {
    String line =
        start(field, field.getModifiers(), 0)
            + text(type, field.getAnnotatedType())
            + " "
            + field.getName();
    int constant = Modifier.PUBLIC | Modifier.STATIC | Modifier.FINAL;
    boolean isInlined = field.getType().isPrimitive() || field.getType() == String.class;
    boolean isConstant = (field.getModifiers() & constant) == constant;
    return isConstant && isInlined ? line + " = " + field.get(null) : line;
  }

  private String method(Class<?> type, Method method) {
    int implied = Modifier.TRANSIENT | Modifier.VOLATILE | Modifier.SYNCHRONIZED | Modifier.NATIVE;
    String kind = method.isDefault() ? "default " : "";
    return start(method, method.getModifiers(), implied)
        + kind
        + variables(type, method)
        + text(type, method.getAnnotatedReturnType())
        + " "
        + method.getName()
        + executable(type, method);
  }

  private String executable(Class<?> type, Executable executable) {
    String parameters = list(type, executable.getAnnotatedParameterTypes());
    if (executable.isVarArgs()) {
      parameters = parameters.substring(0, parameters.length() - 2) + "...";
    }
    AnnotatedType[] thrown = executable.getAnnotatedExceptionTypes();
    return "(" + parameters + ")" + (thrown.length == 0 ? "" : " throws " + list(type, thrown));
  }

  private static String start(Constructor<?> constructor, int implied) {
    return start(constructor, constructor.getModifiers(), implied | Modifier.TRANSIENT);
  }

  private static String start(AnnotatedElement element, int modifiers, int implied) {
    String words = Modifier.toString(modifiers & ~implied);
    return (element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "")
        + (words.isEmpty() ? "" : words + " ");
  }

  private String variables(Class<?> in, GenericDeclaration declaration) {
    TypeVariable<?>[] variables = declaration.getTypeParameters();
    if (variables.length == 0) {
      return "";
    }
    String method = declaration instanceof Method ? " " : "";
    return Arrays.stream(variables)
        .map(variable -> variable.getName() + bounds(in, variable.getAnnotatedBounds()))
        .collect(Collectors.joining(", ", "<", ">" + method));
  }

  private String bounds(Class<?> in, AnnotatedType[] bounds) {
    String text =
        Arrays.stream(bounds).map(bound -> text(in, bound)).collect(Collectors.joining(" & "));
    return text.equals("Object") || text.isEmpty() ? "" : " extends " + text;
  }

  private String list(Class<?> in, AnnotatedType[] types) {
    return Arrays.stream(types).map(type -> text(in, type)).collect(Collectors.joining(", "));
  }

  /** A type as it is written, with what it is annotated with. */
  private String text(Class<?> in, AnnotatedType type) {
    String nullable = type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
    if (type instanceof AnnotatedArrayType array) {
      String mark = nullable.isEmpty() ? "" : " " + nullable;
      return text(in, array.getAnnotatedGenericComponentType()) + mark + "[]";
    }
    if (type instanceof AnnotatedParameterizedType parameterized) {
      Class<?> raw = (Class<?>) ((ParameterizedType) parameterized.getType()).getRawType();
      String arguments = list(in, parameterized.getAnnotatedActualTypeArguments());
      return nullable + named(in, raw) + "<" + arguments + ">";
    }
    if (type instanceof AnnotatedWildcardType wildcard) {
      AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
      return lower.length > 0
          ? "? super " + list(in, lower)
          : "?" + bounds(in, wildcard.getAnnotatedUpperBounds());
    }
    if (type instanceof AnnotatedTypeVariable variable) {
      return nullable + variable.getType().getTypeName();
    }
    return nullable + named(in, (Class<?>) type.getType());
  }

  private String named(Class<?> in, Class<?> type) {
    boolean isOurs = (type.getPackageName() + ".").startsWith(root + ".");
    if (isOurs && !isPromised(type)) {
      leaks.add(name(in) + " names " + name(type));
    }
    return name(type);
  }

  private static String name(Class<?> type) {
    return type.getTypeName().replace('$', '.').replaceFirst("^java[.]lang[.](?=[A-Z])", "");
  }
}
