package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The statements of this module have nothing that other servers behind PostgreSQL's protocol lack, so that YugabyteDB can
 * follow.
 *
 * <p>The statements are all resources, and all strings in the constants of all classes: a string that the compiler has
 * put together is there in one piece.
 */
class SqlDialectTest {
    private static final Map<String, Pattern> AVOIDED = avoided();

    private static Map<String, Pattern> avoided() {
        Map<String, Pattern> avoided = new LinkedHashMap<>();
        avoid(avoided, "LISTEN and NOTIFY", "(^|;)\\s*(un)?listen\\s|(^|;)\\s*notify\\s|\\bpg_notify\\b");
        avoid(avoided, "advisory locks", "\\bpg_(try_)?advisory_");
        avoid(avoided, "sequences", "\\bnextval\\b|\\bsequence\\b|\\b(small|big)?serial\\b|\\bas\\s+identity\\b");
        avoid(avoided, "SKIP LOCKED", "\\bskip\\s+locked\\b");
        avoid(avoided, "FOR SHARE", "\\bfor\\s+(key\\s+)?share\\b");
        avoid(
                avoided,
                "transaction ids and places of rows",
                "\\bx(min|max)\\b|\\bxid8?\\b|\\bctid\\b|\\btxid_|\\bpg_\\w*(xact|snapshot)\\w*");
        avoid(avoided, "triggers", "\\btrigger\\b");
        avoid(avoided, "do blocks", "(^|;)\\s*do\\s+(language\\s|\\$|')");
        avoid(avoided, "deferrable constraints", "(?<!not\\s)\\bdeferrable\\b|\\bdeferred\\b");
        avoid(avoided, "LOCK TABLE", "\\block\\s+table\\b|(^|;)\\s*lock\\s+\\w+(\\s+in\\b|\\s*;|\\s*$)");
        avoid(avoided, "two-phase commit", "\\bprepare\\s+transaction\\b|\\b(commit|rollback)\\s+prepared\\b");
        return avoided;
    }

    private static void avoid(Map<String, Pattern> avoided, String what, String regex) {
        avoided.put(what, Pattern.compile(regex, Pattern.CASE_INSENSITIVE));
    }

    @Test
    void statementsHaveNothingThatOtherServersLack() throws Exception {
        Map<String, String> strings = strings(programs());

        assertThat(strings.keySet())
                .as("what is searched")
                .anyMatch(string -> string.contains("create table if not exists products"))
                .anyMatch(string -> string.contains("insert into products"))
                .anyMatch(string -> string.contains(" for update"));
        assertThat(findings(strings)).isEmpty();
    }

    /** A statement in parts that the compiler puts together, and one that is put together at run time. */
    @Test
    void findsAStatementInAClass() throws Exception {
        Path sample = Path.of(
                SqlDialectTest.class.getResource("SqlDialectTest$Sample.class").toURI());

        assertThat(findings(strings(Stream.of(sample))))
                .anyMatch(finding -> finding.equals("FOR SHARE in SqlDialectTest$Sample.class: select 1 for share"))
                .anyMatch(finding -> finding.startsWith("SKIP LOCKED in SqlDialectTest$Sample.class: ")
                        && finding.endsWith(" for update skip locked"))
                .hasSize(2);
    }

    static final class Sample {
        static String share() {
            return "select 1 for" + " share";
        }

        static String skip(String table) {
            return "select n from " + table + " for update skip locked";
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen orders",
                "select 1; NOTIFY orders, 'x'",
                "select pg_notify('a', 'b')",
                "select pg_advisory_xact_lock(1)",
                "select pg_try_advisory_lock(1)",
                "insert into orders values (nextval('numbers'))",
                "create sequence numbers",
                "create table a(n bigserial)",
                "create table a(n bigint generated always as identity)",
                "select * from a for update skip locked",
                "select * from a for share",
                "select * from a for key share",
                "select xmin from a",
                "select pg_current_xact_id()",
                "select txid_current()",
                "select ctid from a",
                "create trigger t after insert on a execute function f()",
                "do $$ begin end $$",
                "create table a(n int unique deferrable initially deferred)",
                "lock table a in exclusive mode",
                "begin; lock a in share mode",
                "prepare transaction 'x'",
                "commit prepared 'x'"
            })
    void findsWhatItAvoids(String statement) {
        assertThat(findings(Map.of(statement, "sample"))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into counter(one, n) values (1, 0) on conflict do nothing",
                "select name, price, quantity from products where name = any(?) order by name for update",
                "update counter set n = n + ? where one = 1 returning n",
                "set transaction isolation level read committed",
                "select set_config('lock_timeout', '2000', false)"
            })
    void letsOtherStatementsPass(String statement) {
        assertThat(findings(Map.of(statement, "sample"))).isEmpty();
    }

    private static List<String> findings(Map<String, String> strings) {
        List<String> findings = new ArrayList<>();
        strings.forEach((string, place) -> AVOIDED.forEach((what, pattern) -> {
            if (pattern.matcher(string).find()) {
                findings.add(what + " in " + place + ": " + string);
            }
        }));
        return findings;
    }

    /** The classes and resources of this module, without its tests. */
    private static Stream<Path> programs() throws IOException, URISyntaxException {
        Path folder = Path.of(Schema.class.getResource("Schema.class").toURI()).getParent();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        }
    }

    /** The strings of files, each with the name of its file. */
    private static Map<String, String> strings(Stream<Path> files) throws IOException {
        Map<String, String> strings = new LinkedHashMap<>();
        for (Path file : files.toList()) {
            String name = file.getFileName().toString();
            List<String> found = name.endsWith(".class") ? constants(file) : List.of(Files.readString(file));
            found.forEach(string -> strings.put(string, name));
        }
        return strings;
    }

    /** The string constants of a class file (JVMS §4.4). */
    private static List<String> constants(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(bytes)) {
            in.skipNBytes(8); // magic number and version
            int count = in.readUnsignedShort();
            String[] texts = new String[count];
            List<Integer> strings = new ArrayList<>();
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                switch (tag) {
                    case 1 -> texts[i] = in.readUTF();
                    case 8 -> strings.add(in.readUnsignedShort());
                    case 7, 16, 19, 20 -> in.skipNBytes(2);
                    case 15 -> in.skipNBytes(3);
                    case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
                    case 5, 6 -> {
                        in.skipNBytes(8);
                        i++; // takes two places
                    }
                    default -> throw new IOException(file + " has a constant with the tag " + tag);
                }
            }
            return strings.stream().map(index -> texts[index]).toList();
        }
    }
}
