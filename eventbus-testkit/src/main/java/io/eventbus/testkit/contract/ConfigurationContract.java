package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventbus.api.BusDescription;
import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.EventBus;
import io.eventbus.api.Health;
import io.eventbus.api.Outcome;
import io.eventbus.api.UnsupportedCapabilityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section K: what is asked for, refused and shown. */
@DisplayName("K. configuration")
abstract class ConfigurationContract extends ContractSection {

    /** A class of each broker that this project has an adapter for, and one of its adapter. */
    private static final Map<String, List<String>> CLASSES = Map.of(
            "nats", List.of("io.nats.client.Nats", "io.eventbus.nats.NatsTransport"),
            "kafka", List.of("org.apache.kafka.clients.producer.KafkaProducer", "io.eventbus.kafka.KafkaTransport"),
            "memory", List.of("io.eventbus.memory.MemoryTransport"));

    ConfigurationContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C126")
    @Tag("C126")
    void guaranteeThatTheAdapterLacksIsRefusedAtStart() {
        Scenario s = scenario();
        Set<Capability> missing = EnumSet.allOf(Capability.class);
        missing.removeAll(s.broker().capabilities());
        JvmResources before = JvmResources.now();
        for (Capability capability : missing) {
            UnsupportedCapabilityException refusal = catchThrowableOfType(
                    UnsupportedCapabilityException.class,
                    () -> s.connect(KitOptions.DEFAULT.with("requires", capability.name())));
            assertThat(refusal).as("refusal of " + capability).isNotNull();
            assertThat(refusal.capability()).isEqualTo(capability);
            assertThat(refusal.code()).isEqualTo(capability.name());
            assertThat(refusal.adapter()).isEqualTo(s.broker().name());
            assertThat(refusal.setting()).contains(KitOptions.PREFIX + "requires");
            assertThat(refusal.wayOut()).isNotBlank();
            assertThat(refusal.retriable()).isFalse();
            assertThat(refusal)
                    .hasMessageStartingWith(refusal.code())
                    .hasMessageContainingAll(refusal.adapter(), refusal.setting(), refusal.wayOut());
        }
        JvmResources.awaitNothingBeyond(before);
        Node node =
                s.connect(KitOptions.DEFAULT.with("requires", names(s.broker().capabilities())));
        node.subscribe(s.spec());
        node.publish(s.events(10, 2));
    }

    @Behaviour("C126")
    @Tag("C126")
    void everythingThatIsMissingIsInOneRefusal() {
        Scenario s = scenario();
        Set<Capability> missing = EnumSet.allOf(Capability.class);
        missing.removeAll(s.broker().capabilities());
        UnsupportedCapabilityException refusal = catchThrowableOfType(
                UnsupportedCapabilityException.class,
                () -> s.connect(KitOptions.DEFAULT.with("requires", names(EnumSet.allOf(Capability.class)))));
        assertThat(refusal)
                .hasMessageContainingAll(missing.stream().map(Enum::name).toArray(String[]::new));
    }

    private static String names(Set<Capability> capabilities) {
        return capabilities.stream().map(Enum::name).sorted().collect(Collectors.joining(","));
    }

    @Behaviour("C127")
    @Tag("C127")
    void noClassOfAnotherBrokerIsNeeded() {
        Scenario s = scenario();
        Node node = s.connect();
        node.subscribe(s.spec());
        node.publish(s.events(20, 5));
        s.awaitHandled();
        List<String> others = new ArrayList<>();
        CLASSES.forEach((broker, classes) -> {
            if (!broker.equals(s.broker().name())) {
                others.addAll(classes);
            }
        });
        for (String name : others) {
            assertThat(catchThrowableOfType(
                            ClassNotFoundException.class,
                            () -> Class.forName(
                                    name, false, node.bus().getClass().getClassLoader())))
                    .as("%s is not on the class path", name)
                    .isNotNull();
        }
    }

    @Behaviour("C128")
    @Tag("C128")
    void unknownKeyIsAnErrorThatNamesTheNearest() {
        Scenario s = scenario();
        EventBus bus = s.connect().bus();
        for (String key : bus.describe().settings().keySet()) {
            String wrong = misspelt(key);
            ConfigurationException refusal = catchThrowableOfType(
                    ConfigurationException.class, () -> s.connect(KitOptions.DEFAULT.withSetting(wrong, "1")));
            assertThat(refusal).as("the refusal of " + wrong).isNotNull();
            assertThat(refusal.problems())
                    .as("problems of " + wrong)
                    .singleElement()
                    .asString()
                    .contains(wrong, "did you mean " + key + "?");
        }
    }

    /** With the last but one letter twice, which is nearer to the key than to any other. */
    private static String misspelt(String key) {
        int place = key.length() - 1;
        return key.substring(0, place) + key.charAt(place - 1) + key.substring(place);
    }

    @Behaviour("C129")
    @Tag("C129")
    void descriptionShowsSettingsGuaranteesAndTopologyAndIsStable() {
        Scenario s = scenario();
        Node one = s.connect(KitOptions.DEFAULT.with("max-in-flight", 321));
        BusDescription fresh = one.bus().describe();
        one.subscribe(s.spec());
        one.publish(s.events(20, 5));
        s.awaitHandled();
        BusDescription used = one.bus().describe();
        assertThat(used.adapter()).isEqualTo(s.broker().name());
        assertThat(used.settings())
                .as("settings do not change with use")
                .isEqualTo(fresh.settings())
                .containsEntry(KitOptions.PREFIX + "max-in-flight", "321")
                .containsKey(KitOptions.PREFIX + "name");
        assertThat(adapterSettings(one.bus())).as("settings of the adapter").isNotEmpty();
        for (Capability capability : Capability.values()) {
            assertThat(used.guarantees()).containsEntry(capability.name(), s.has(capability) ? "yes" : "no");
        }
        assertThat(used.topology().keySet())
                .contains("topic " + s.topic(), "subscription " + s.group() + "@" + s.topic());
        assertThat(used.toString())
                .contains(used.settings().keySet())
                .contains(used.guarantees().keySet())
                .contains(used.topology().keySet());
        one.publish(s.events(20, 5));
        s.awaitHandled();
        assertThat(one.bus().describe()).as("described again").hasToString(used.toString());
        one.close();
        Node two = s.connect(KitOptions.DEFAULT.with("max-in-flight", 321));
        two.subscribe(s.spec());
        two.publish(s.events(20, 5));
        s.awaitHandled();
        assertThat(withoutPorts(two.bus().describe()))
                .as("a second bus of the same settings")
                .isEqualTo(withoutPorts(used));
    }

    /** Every bus of the kit has a link of its own, which may be a port. */
    private static String withoutPorts(BusDescription description) {
        return description.toString().replaceAll(":[0-9]{2,5}", ":port");
    }

    @Behaviour("C129")
    @Tag("C129")
    void descriptionMasksSecrets() {
        Scenario s = scenario();
        String secret = "kit-secret-" + s.random().nextInt(1 << 30);
        KitOptions options = KitOptions.DEFAULT;
        Map<String, String> holders = s.broker().settingsWith(secret);
        for (Map.Entry<String, String> setting : holders.entrySet()) {
            options = options.withSetting(setting.getKey(), setting.getValue());
        }
        BusDescription description = s.connect(options).bus().describe();
        assertThat(description.settings().keySet()).containsAll(holders.keySet());
        assertThat(description.toString()).doesNotContain(secret);
    }

    @Behaviour("C130")
    @Tag("C130")
    void busesOfOneJvmShareNoState() {
        Scenario s = scenario();
        KitOptions small = KitOptions.DEFAULT
                .with("max-in-flight", 5)
                .with("keyed-workers", 1)
                .with("global-workers", 1);
        Node one = s.connect(small);
        Node two = s.connect(small);
        Gate gate = s.gate();
        one.subscribe(s.spec(s.topic(), "g-one"), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        two.subscribe(s.spec(s.topic(), "g-two"));
        one.publish(s.events(10, 10));
        two.publish(s.events(10, 10));
        s.awaitHandled(s.topic(), "g-two");
        // The one's only worker is taken, its window is full and its connection gone; the other has all of that for
        // itself.
        s.await(
                "the worker of the one is taken",
                () -> s.ledger().reading("g-one", s.topic()).running() == 1);
        one.link().sever();
        for (int i = 0; i < 5; i++) {
            one.publish(s.event("window-" + i));
        }
        s.await("the one sees it", () -> one.bus().health().status() != Health.Status.UP);
        two.publish(s.events(50, 10));
        s.await(
                "the other goes on",
                () -> s.ledger().reading("g-two", s.topic()).handled() >= 70);
        assertThat(two.bus().health().status()).isEqualTo(Health.Status.UP);
        one.link().restore();
        gate.open();
        s.awaitHandled(s.topic(), "g-one");
        one.close();
        two.publish(s.events(20, 10));
        s.leavePending("g-one");
        Reading reading = s.awaitHandled(s.topic(), "g-two");
        assertThat(reading.duplicates()).as("handled twice by the other").isZero();
        assertThat(two.bus().health().status()).isEqualTo(Health.Status.UP);
        s.allowDuplicates(20);
    }

    /** The settings of the adapter alone. */
    static Map<String, String> adapterSettings(EventBus bus) {
        Map<String, String> settings = new TreeMap<>(bus.describe().settings());
        settings.keySet().removeIf(key -> key.startsWith(KitOptions.PREFIX));
        return settings;
    }
}
