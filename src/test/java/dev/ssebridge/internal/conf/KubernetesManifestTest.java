package dev.ssebridge.internal.conf;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.ssebridge.internal.config.AdminConfig;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code conf/kubernetes.yaml}: every field of it is one that Kubernetes has, of the right type,
 * and its parts go with each other and with what the program does.
 */
class KubernetesManifestTest {
  /** A stop takes this much longer at most than its delays say. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "apps/v1/Deployment", Deployment.class,
          "v1/Service", Service.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

  private final Map<Class<?>, Object> parts = new HashMap<>();

  /** Unknown fields are errors: what takes them in otherwise is left out. */
  private static ObjectMapper strict() {
    return JsonMapper.builder()
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .annotationIntrospector(
            new JacksonAnnotationIntrospector() {
              private static final long serialVersionUID = 1;

              @Override
              public Boolean hasAnySetter(Annotated annotated) {
                return false;
              }
            })
        .build();
  }

  @BeforeEach
  void read() throws IOException {
    ObjectMapper mapper = strict();
    String text = Files.readString(Path.of("conf/kubernetes.yaml"));
    YAMLFactory yaml = new YAMLFactory().enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL);
    int documents = 0;
    try (YAMLParser parser = yaml.createParser(text)) {
      parser.setCodec(mapper);
      while (parser.nextToken() != null) {
        JsonNode document = mapper.readTree(parser);
        String kind = document.path("apiVersion").asText() + "/" + document.path("kind").asText();
        Class<?> type = KINDS.get(kind);
        assertThat(type).as(kind).isNotNull();
        parts.put(type, mapper.treeToValue(document, type));
        documents++;
      }
    }
    assertThat(parts).hasSameSizeAs(KINDS.keySet());
    assertThat(documents).isEqualTo(KINDS.size());
  }

  private <T> T part(Class<T> type) {
    return requireNonNull(type.cast(parts.get(type)));
  }

  private PodSpec pod() {
    return part(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private Container container() {
    assertThat(pod().getContainers()).hasSize(1);
    return pod().getContainers().get(0);
  }

  private BridgeConfig config() {
    return BridgeConfig.read(new JsonObject(part(ConfigMap.class).getData().get("bridge.json")));
  }

  private AdminConfig admin() {
    return requireNonNull(config().admin());
  }

  @Test
  void theSelectorsAreThoseOfThePods() {
    Deployment deployment = part(Deployment.class);
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(part(Service.class).getSpec().getSelector()).isEqualTo(labels);
    assertThat(part(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
        .isEqualTo(labels);
    assertThat(pod().getTopologySpreadConstraints().get(0).getLabelSelector().getMatchLabels())
        .isEqualTo(labels);
  }

  @Test
  void theConfigurationIsOneOfTheBridgeAndItsPortsAreThoseOfThePod() {
    BridgeConfig config = config();
    Map<String, Integer> ports = new HashMap<>();
    for (ContainerPort port : container().getPorts()) {
      ports.put(port.getName(), port.getContainerPort());
    }
    assertThat(ports).isEqualTo(Map.of("http", config.http().port(), "admin", admin().port()));
    assertThat(config.http().host()).isEqualTo("0.0.0.0");
    assertThat(admin().host()).isEqualTo("0.0.0.0");
    assertThat(part(Service.class).getSpec().getPorts().get(0).getTargetPort().getStrVal())
        .isEqualTo("http");
    Map<String, String> annotations =
        part(Deployment.class).getSpec().getTemplate().getMetadata().getAnnotations();
    assertThat(annotations.get("prometheus.io/port")).isEqualTo(Integer.toString(admin().port()));
    assertThat(container().getArgs())
        .containsExactly(container().getVolumeMounts().get(0).getMountPath() + "/bridge.json");
    assertThat(pod().getVolumes().get(0).getConfigMap().getName())
        .isEqualTo(part(ConfigMap.class).getMetadata().getName());
  }

  @Test
  void theProbesAskTheAdminPortAndWaitLongerThanALoopMayTake() {
    Container container = container();
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/live");
    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/live");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/ready");
    for (Probe probe : new Probe[] {container.getLivenessProbe(), container.getReadinessProbe()}) {
      assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("admin");
      assertThat(Duration.ofSeconds(probe.getTimeoutSeconds()))
          .isGreaterThan(admin().loopTimeout());
    }
  }

  /** Else some would still be sent here when the streams end, or it would be killed. */
  @Test
  void whoDrainsIsNeitherAskedForNorKilled() {
    BridgeConfig config = config();
    Probe ready = container().getReadinessProbe();
    assertThat(config.http().drainDelay())
        .isGreaterThanOrEqualTo(
            Duration.ofSeconds(2L * ready.getPeriodSeconds() * ready.getFailureThreshold()));
    Duration longest = Duration.ZERO;
    for (SourceConfig source : config.sources().values()) {
      Duration drain = source.delivery().drain();
      longest = longest.compareTo(drain) < 0 ? drain : longest;
    }
    assertThat(Duration.ofSeconds(pod().getTerminationGracePeriodSeconds()))
        .isGreaterThanOrEqualTo(
            config.http().drainDelay().plus(longest).plus(config.http().drain()).plus(GRACE));
    assertThat(container().getLifecycle()).isNull();
  }

  @Test
  void itRunsAsTheUserOfTheImageAndWritesNowhere() throws IOException {
    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(Files.readString(Path.of("conf/Dockerfile")))
        .contains("\nUSER " + pod().getSecurityContext().getRunAsUser() + ":");
  }
}
