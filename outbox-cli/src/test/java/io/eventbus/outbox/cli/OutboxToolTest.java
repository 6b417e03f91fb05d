package io.eventbus.outbox.cli;

import static io.eventbus.outbox.cli.TestOutbox.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventbus.api.Envelope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OutboxToolTest {

    private final Map<String, String> environment = new HashMap<>();
    private TestOutbox outbox;
    private String out = "";
    private String err = "";

    @BeforeEach
    void open() throws SQLException {
        outbox = new TestOutbox();
        environment.put("EVENTBUS_OUTBOX_URL", outbox.url());
        environment.put("EVENTBUS_OUTBOX_USER", "operator");
        environment.put("EVENTBUS_OUTBOX_PASSWORD", TestOutbox.PASSWORD);
    }

    @AfterEach
    void nothingSecretWasPrinted() throws SQLException {
        assertThat(out + err).doesNotContain(TestOutbox.PASSWORD).doesNotContain("hunter2");
        outbox.close();
    }

    // ---- status

    @Test
    void statusShowsOwnersAndWhatIsNotPublished() throws Exception {
        outbox.append(event("e1", "order-1"), event("e2", "order-1"), event("e3", "order-2"));
        outbox.execute("update eventbus_outbox_shard set owner = 'relay-7', epoch = 3, lease_until = 9000000000000"
                + " where shard = 2");
        assertThat(run("status")).isZero();
        assertThat(out)
                .containsPattern("(?m)^2 +relay-7 +3 +\\d+ ms +0$")
                .containsPattern("(?m)^0 +nobody +0 +none +0$")
                .contains("about 3 events of the log at most (an estimate")
                .containsPattern("oldest of them: 0 d 00:\\d\\d:\\d\\d ago")
                .contains("0 are tried again, 0 are dead, 0 stand behind");

        assertThat(run("status", "--json")).isZero();
        JsonNode status = json();
        assertThat(status.at("/shards")).hasSize(4);
        assertThat(status.at("/shards/2/owner").asText()).isEqualTo("relay-7");
        assertThat(status.at("/shards/2/leaseMillis").asLong()).isPositive();
        assertThat(status.at("/shards/0/owner").isNull()).isTrue();
        assertThat(status.at("/notPublished/estimateAtMost").asLong()).isEqualTo(3);
        assertThat(status.at("/notPublished/oldestAgeMillis").asLong()).isGreaterThanOrEqualTo(89_000);
        assertThat(status.at("/failed/oldestAgeMillis").isNull()).isTrue();
    }

    @Test
    void statusCountsWhatFailed() throws Exception {
        outbox.append(event("e1", "order-1"), event("e2", "order-1"), event("e3", "order-2"));
        outbox.bury("refused");
        assertThat(run("status", "--json")).isZero();
        assertThat(json().at("/failed/dead").asLong()).isEqualTo(2);
        assertThat(json().at("/failed/behind").asLong()).isEqualTo(1);
        assertThat(json().at("/failed/retrying").asLong()).isZero();
        assertThat(json().at("/notPublished/estimateAtMost").asLong()).isZero();
    }

    // ---- list-dead and show

    @Test
    void deadEventsAreListedInPagesAndByFilters() throws Exception {
        Envelope[] events = Stream.iterate(1, i -> i + 1)
                .limit(50)
                .map(i -> event("e" + i, "order-" + i))
                .toArray(Envelope[]::new);
        outbox.append(events);
        outbox.bury("the broker refused\033[2J it");
        assertThat(run("list-dead", "--limit", "2")).isZero();
        assertThat(out)
                .contains("e1  topic orders  type order.placed  aggregate order-1  failed 7 times  0 behind")
                .contains("2 of 50 dead events")
                .doesNotContain("\033")
                .doesNotContain("e3");

        assertThat(run("list-dead", "--json", "--limit", "45")).isZero();
        assertThat(json().at("/dead")).hasSize(45);
        assertThat(json().at("/total").asLong()).isEqualTo(50);
        assertThat(json().at("/dead/0").has("payload")).isFalse();
        String last = json().at("/last").asText();
        assertThat(run("list-dead", "--json", "--after", last)).isZero();
        assertThat(json().at("/dead").findValuesAsText("eventId")).containsExactly("e46", "e47", "e48", "e49", "e50");

        assertThat(run("list-dead", "--json", "--aggregate", "order-9")).isZero();
        assertThat(json().at("/dead").findValuesAsText("eventId")).containsExactly("e9");
        assertThat(run("list-dead", "--topic", "orders", "--type", "order.placed", "--reason-contains", "REFUSED"))
                .isZero();
        assertThat(run("list-dead", "--type", "order.paid")).isEqualTo(1);
        assertThat(out).contains("no dead events");
        assertThat(run("list-dead", "--json", "--topic", "bills")).isEqualTo(1);
        assertThat(json().at("/dead")).isEmpty();
    }

    @Test
    void anEventIsShownWithItsPayloadOnlyWhenAsked() throws Exception {
        outbox.append(event("e1", "order-1"), event("e2", "order-1"));
        outbox.bury("refused");
        assertThat(run("show", "e1")).isZero();
        assertThat(out)
                .containsPattern("event id +e1")
                .containsPattern("aggregate +order-1")
                .contains("X-Tenant-ID: north")
                .contains("7 times, last: refused")
                .contains("1 events of its aggregate")
                .contains("12 bytes")
                .doesNotContain("total");
        assertThat(run("show", "e1", "--payload")).isZero();
        assertThat(out).contains("{\"total\":42}");

        assertThat(run("show", "e1", "--json")).isZero();
        assertThat(json().at("/0/headers/0/value").asText()).isEqualTo("north");
        assertThat(json().at("/0").has("payload")).isFalse();
        assertThat(run("show", "e1", "--json", "--payload")).isZero();
        assertThat(json().at("/0/payload").asText()).isEqualTo("{\"total\":42}");
    }

    @Test
    void aPayloadThatIsNoTextIsShownInBase64() throws Exception {
        outbox.append(event("e1", "order-1").toBuilder()
                .payload(new byte[] {(byte) 0xff, 0})
                .build());
        outbox.bury("refused");
        assertThat(run("show", "e1", "--payload")).isZero();
        assertThat(out).contains("(in Base64) /wA=");
        assertThat(run("show", "e1", "--payload", "--json")).isZero();
        assertThat(json().at("/0/payloadEncoding").asText()).isEqualTo("base64");
        assertThat(json().at("/0/payload").asText()).isEqualTo("/wA=");
    }

    @Test
    void anUnknownEventIdIsSaidAndIsExitCodeOne() throws Exception {
        outbox.makeTables();
        assertThat(run("show", "nobody-knows")).isEqualTo(1);
        assertThat(out).contains("no dead event has the id nobody-knows");
        assertThat(run("requeue", "nobody-knows", "--json")).isEqualTo(1);
        assertThat(json().at("/requeued").asInt()).isZero();
        assertThat(json().at("/notDead/0").asText()).isEqualTo("nobody-knows");
        assertThat(run("discard", "nobody-knows")).isEqualTo(1);
        assertThat(out).contains("not dead: nobody-knows");
        assertThat(run("requeue", "--all")).isEqualTo(1);
    }

    @Test
    void optionsMayStandBeforeTheCommand() throws Exception {
        outbox.makeTables();
        environment.remove("EVENTBUS_OUTBOX_URL");
        assertThat(run("--url", outbox.url(), "--json", "status")).isZero();
        assertThat(json().at("/shards")).hasSize(4);
    }

    // ---- requeue and discard

    @Test
    void deadEventsAreRequeuedByIdByAggregateAndByFilter() throws Exception {
        outbox.append(event("e1", "order-1"), event("e2", "order-2"), event("e3", "order-3"), event("e4", "order-4"));
        outbox.bury("refused");
        assertThat(run("requeue", "e1", "e1", "e9")).isEqualTo(1);
        assertThat(out).contains("requeued: 1").contains("not dead: e9");
        assertThat(run("requeue", "--aggregate", "order-2")).isZero();
        assertThat(run("requeue", "--all", "--topic", "bills")).isEqualTo(1);
        assertThat(run("requeue", "--all", "--reason-contains", "refus", "--json"))
                .isZero();
        assertThat(json().at("/requeued").asInt()).isEqualTo(2);
        assertThat(run("list-dead")).isEqualTo(1);
    }

    @Test
    void manyAreDiscardedOnlyWithYes() throws Exception {
        outbox.append(
                event("e1", "order-1"),
                event("e2", "order-2"),
                event("e3", "order-3"),
                event("e4", "order-4"),
                event("e5", "order-5"));
        outbox.bury("refused");
        assertThat(run("discard", "e1")).isZero();
        assertThat(out).contains("discarded: 1");
        assertThat(run("discard", "--aggregate", "order-2")).isZero();
        assertThat(run("discard", "--all")).isEqualTo(2);
        assertThat(err).contains("3 events would be deleted for good; add --yes");
        assertThat(run("discard", "e3", "e4")).isEqualTo(2);
        assertThat(run("list-dead", "--json")).isZero();
        assertThat(json().at("/total").asLong()).isEqualTo(3);
        assertThat(run("discard", "e3", "e4", "--yes")).isZero();
        assertThat(run("discard", "--all", "--yes", "--json")).isZero();
        assertThat(json().at("/discarded").asInt()).isEqualTo(1);
        assertThat(run("list-dead")).isEqualTo(1);
    }

    // ---- schema

    @Test
    void theSchemaIsPrintedForEachDatabaseAndNoneIsAsked() throws Exception {
        environment.remove("EVENTBUS_OUTBOX_URL");
        for (String name : List.of("postgresql", "mariadb", "mysql", "h2")) {
            assertThat(run("schema", "--database", name, "--table-prefix", "shop.bus"))
                    .isZero();
            assertThat(out).startsWith("create table shop.bus_meta").endsWith(";" + System.lineSeparator());
        }
        assertThat(run("schema", "--database", "h2", "--shards", "3", "--json")).isZero();
        assertThat(json().at("/statements").toString())
                .contains("eventbus_outbox_shard (shard, epoch, lease_until, log_position) values (2,")
                .doesNotContain("values (3,");
        assertThat(run("schema", "--database", "oracle")).isEqualTo(2);
        assertThat(err).contains("there is no outbox for 'oracle'; there is one for postgresql, mariadb, mysql, h2");
        assertThat(run("schema", "--database", "h2", "--shards", "0")).isEqualTo(2);
        assertThat(run("schema", "--database", "h2", "--table-prefix", "Not Legal"))
                .isEqualTo(2);
        assertThat(err).contains("the prefix of the outbox tables is 'Not Legal'");
        assertThat(run("schema")).isEqualTo(2);
    }

    @Test
    void theTablesAreMadeOnlyWhenAskedAndOnlyOnce() throws Exception {
        assertThat(run("schema", "--database", "h2")).isZero();
        assertThat(run("status")).isEqualTo(3);
        assertThat(run("schema", "--create", "--shards", "5")).isZero();
        assertThat(out).contains("were made");
        assertThat(run("schema", "--create", "--json")).isZero();
        assertThat(json().at("/created").asBoolean()).isFalse();
        assertThat(run("status", "--json")).isZero();
        assertThat(json().at("/shards")).hasSize(5);
    }

    // ---- what is wrong

    @Test
    void missingTablesAndTablesOfAnotherVersionAreSaidWithWhatToDo() throws Exception {
        assertThat(run("list-dead")).isEqualTo(3);
        assertThat(err)
                .contains("there is no table eventbus_outbox_meta")
                .contains("outbox schema --create")
                .doesNotContain("\tat ");
        outbox.makeTables();
        outbox.execute("update eventbus_outbox_meta set version = 99");
        assertThat(run("status")).isEqualTo(3);
        assertThat(err)
                .contains("have version 99, this program works with version")
                .contains("use a newer program");
        assertThat(run("schema", "--create")).isEqualTo(3);
        assertThat(run("status", "--verbose")).isEqualTo(3);
        assertThat(err).contains("\tat io.eventbus.outbox");
    }

    @Test
    void aDatabaseThatIsNotThereIsNotMade(@TempDir Path directory) throws Exception {
        String url = "jdbc:h2:" + directory.resolve("typo");
        assertThat(run("status", "--url", url)).isEqualTo(3);
        assertThat(err).contains("the database at jdbc:h2:… cannot be reached").doesNotContain("\tat ");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void anOutboxInAFileIsMadeAndRead(@TempDir Path directory) {
        String url = "jdbc:h2:" + directory.resolve("shop");
        assertThat(run("schema", "--create", "--url", url)).isZero();
        assertThat(run("status", "--url", url)).isZero();
    }

    @Test
    void aUrlOfNoKnownKindIsSaidWithoutTheUrl() {
        assertThat(run("status", "--url", "jdbc:oracle:thin:scott/hunter2@host"))
                .isEqualTo(3);
        assertThat(err)
                .contains("there is no driver for URLs that begin with jdbc:oracle:")
                .contains("jdbc:postgresql:, jdbc:mariadb:, jdbc:mysql: or jdbc:h2:");
        assertThat(run("status", "--url", "hunter2", "--verbose")).isEqualTo(3);
    }

    @Test
    void aServerThatDoesNotAnswerIsSaidWithoutThePasswordInItsUrl() {
        for (String url : List.of(
                "jdbc:postgresql://127.0.0.1:1/shop?user=a&password=hunter2%2Bsecret",
                "jdbc:mariadb://127.0.0.1:1/shop?user=a&password=hunter2%2Bsecret",
                "jdbc:mysql://a:hunter2%2Bsecret@127.0.0.1:1/shop")) {
            assertThat(run("status", "--url", url)).isEqualTo(3);
            assertThat(err).contains("cannot be reached").doesNotContain("\tat ");
            assertThat(run("status", "--verbose", "--url", url)).isEqualTo(3);
            assertThat(err).contains("\tat ").doesNotContain("hunter2");
        }
    }

    @Test
    void aDatabaseOfAnUnknownProductIsSaid() throws Exception {
        try (StrangeDriver strange = StrangeDriver.register()) {
            assertThat(run("status", "--url", strange.url())).isEqualTo(3);
            assertThat(err).contains("there is no outbox for Strange").contains("postgresql, mariadb, mysql, h2");
            assertThat(run("schema", "--create", "--url", strange.url())).isEqualTo(3);
            assertThat(err).contains("there is no outbox for Strange");
        }
    }

    @Test
    void aWrongPasswordIsExitCodeThree() {
        environment.put("EVENTBUS_OUTBOX_PASSWORD", "hunter2-wrong");
        assertThat(run("status")).isEqualTo(3);
        assertThat(err).contains("look at --url, --user and the password");
    }

    @Test
    void thePasswordMayStandInAFileOrOnTheCommandLine(@TempDir Path directory) throws Exception {
        environment.remove("EVENTBUS_OUTBOX_PASSWORD");
        outbox.makeTables();
        Path file = Files.writeString(directory.resolve("password"), TestOutbox.PASSWORD + "\n");
        assertThat(run("status", "--password-file", file.toString())).isZero();
        assertThat(run("status", "--password", TestOutbox.PASSWORD)).isZero();
        assertThat(run("status", "--password", TestOutbox.PASSWORD, "--password-file", file.toString()))
                .isEqualTo(2);
        assertThat(run("status", "--password-file", directory.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err).contains("cannot be read: NoSuchFileException");
    }

    @Test
    void aWrongCommandLineIsExitCodeTwoAndRepeatsNoValue() {
        environment.put("EVENTBUS_OUTBOX_SHARDS", "many");
        assertThat(run("status")).isEqualTo(2);
        assertThat(err).contains("shards");
        environment.remove("EVENTBUS_OUTBOX_SHARDS");
        assertThat(run("status", "--pasword=" + TestOutbox.PASSWORD)).isEqualTo(2);
        assertThat(err).contains("there is no option --pasword").contains("See: outbox status --help");
        assertThat(run("status", TestOutbox.PASSWORD)).isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(run("undo")).isEqualTo(2);
        assertThat(run("show")).isEqualTo(2);
        assertThat(run("list-dead", "--limit", "0")).isEqualTo(2);
        assertThat(run("list-dead", "--limit", "x")).isEqualTo(2);
        assertThat(run("requeue")).isEqualTo(2);
        assertThat(run("requeue", "--topic", "orders")).isEqualTo(2);
        assertThat(run("requeue", "e1", "--all")).isEqualTo(2);
        environment.remove("EVENTBUS_OUTBOX_URL");
        assertThat(run("status")).isEqualTo(2);
        assertThat(err).contains("Give --url, or set EVENTBUS_OUTBOX_URL");
    }

    @Test
    void helpListsTheCommandsAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out)
                .contains("status", "list-dead", "show", "requeue", "discard", "schema")
                .contains("Exit codes:")
                .contains("The database cannot be reached");
        assertThat(run("discard", "--help")).isZero();
        assertThat(out).contains("--yes", "--password-file", "--table-prefix", "--json");
    }

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        CommandLine commandLine = OutboxTool.commandLine(environment)
                .setOut(new PrintWriter(outText, true))
                .setErr(new PrintWriter(errText, true));
        int code = commandLine.execute(arguments);
        out = outText.toString();
        err = errText.toString();
        return code;
    }

    private JsonNode json() throws JsonProcessingException {
        return new ObjectMapper().readTree(out);
    }
}
