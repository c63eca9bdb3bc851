package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.common.Network;
import toystore.frontend.http.Fields.Field;

/** Where a request came from. 10.0.0.0/8 and 127.0.0.1 are trusted proxies. */
class PeerTest {
    private static final TrustedProxies PROXIES =
            new TrustedProxies(List.of(Network.parse("10.0.0.0/8"), Network.parse("127.0.0.1")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // no proxy, or none that is trusted
                "192.0.2.1|192.0.2.1|",
                "192.0.2.1|192.0.2.1|X-Forwarded-For: 198.51.100.7",
                "192.0.2.1|192.0.2.1|Forwarded: for=198.51.100.7",
                "127.0.0.2|127.0.0.2|X-Forwarded-For: 198.51.100.7",
                "10.0.0.1|10.0.0.1|",
                // the last one that is not trusted
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 198.51.100.7",
                "10.0.0.1|198.51.100.7|x-forwarded-for:   198.51.100.7  ",
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 203.0.113.1, 198.51.100.7",
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 203.0.113.1,198.51.100.7,10.0.0.2 , 127.0.0.1",
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 203.0.113.1;X-Forwarded-For: 198.51.100.7",
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 10.9.9.9, 198.51.100.7",
                "10.0.0.1|10.0.0.3|X-Forwarded-For: 10.0.0.3, 10.0.0.2",
                "10.0.0.1|198.51.100.7|Forwarded: for=203.0.113.1, for=198.51.100.7",
                "10.0.0.1|198.51.100.7|Forwarded: for=203.0.113.1, for=198.51.100.7, for=10.0.0.2",
                "10.0.0.1|198.51.100.7|Forwarded: for=203.0.113.1;Forwarded: for=198.51.100.7",
                // forms of addresses
                "10.0.0.1|2001:db8::17|X-Forwarded-For: 2001:db8::17",
                "10.0.0.1|2001:db8::17|X-Forwarded-For: [2001:db8::17]:4711",
                "10.0.0.1|198.51.100.7|X-Forwarded-For: 198.51.100.7:4711",
                "10.0.0.1|2001:db8::17|Forwarded: For=\"[2001:DB8::17]\"",
                "10.0.0.1|2001:db8::17|Forwarded: for=\"[2001:db8::17]:4711\"",
                "10.0.0.1|198.51.100.7|Forwarded: by=_hidden~proto=https~for=\"198.51.100.7:_http\"~ext=\"a,b;\\\"c\"",
                "10.0.0.1|198.51.100.7|Forwarded: , for=198.51.100.7 ~ proto=http~ , ,",
                "10.0.0.1|198.51.100.7|Forwarded: for=\"\\1\\98.51.100.7\"",
                // not known, or malformed: the last proxy that is known
                "10.0.0.1|10.0.0.1|X-Forwarded-For: unknown",
                "10.0.0.1|10.0.0.1|X-Forwarded-For:",
                "10.0.0.1|10.0.0.1|X-Forwarded-For: 198.51.100.7,",
                "10.0.0.1|10.0.0.1|X-Forwarded-For: 198.51.100.7, localhost",
                "10.0.0.1|10.0.0.2|X-Forwarded-For: 198.51.100.7, _x, 10.0.0.2",
                "10.0.0.1|10.0.0.1|X-Forwarded-For: 198.51.100.7:123456",
                "10.0.0.1|10.0.0.1|X-Forwarded-For: [198.51.100.7]",
                "10.0.0.1|10.0.0.1|X-Forwarded-For: \"198.51.100.7\"",
                "10.0.0.1|10.0.0.1|Forwarded: for=unknown",
                "10.0.0.1|10.0.0.1|Forwarded: for=_gazonk",
                "10.0.0.1|10.0.0.1|Forwarded: proto=https",
                "10.0.0.1|10.0.0.1|Forwarded: for=198.51.100.7, proto=https",
                "10.0.0.1|10.0.0.1|Forwarded: for=2001:db8::17",
                "10.0.0.1|10.0.0.1|Forwarded: for=\"2001:db8::17\"x",
                "10.0.0.1|10.0.0.1|Forwarded: for",
                "10.0.0.1|10.0.0.1|Forwarded: for=",
                "10.0.0.1|10.0.0.1|Forwarded: for = 198.51.100.7",
                "10.0.0.1|10.0.0.1|Forwarded: for=198.51.100.7~for=198.51.100.8",
                "10.0.0.1|10.0.0.1|Forwarded: for=198.51.100.7 for=198.51.100.8",
                "10.0.0.1|10.0.0.1|Forwarded: for=\"198.51.100.7",
                "10.0.0.1|10.0.0.1|Forwarded: for=\"198.51.100.7\\",
                // an open quotation mark of the client does not hide what the proxy appends
                "10.0.0.1|10.0.0.1|Forwarded: for=203.0.113.1, for=\"x, for=198.51.100.7",
                "10.0.0.1|198.51.100.7|Forwarded: for=\"203.0.113.1;Forwarded: for=198.51.100.7",
                "10.0.0.1|10.0.0.1|Forwarded: for=198.51.100.7;Forwarded: for=\"10.0.0.2",
                // both fields: the client may have sent one of them
                "10.0.0.1|10.0.0.1|Forwarded: for=203.0.113.1;X-Forwarded-For: 198.51.100.7",
            })
    void theClientIsWhatTrustedProxiesSay(String peer, String client, String fields) {
        assertThat(Network.text(peer(peer, false).client(fields(fields)))).isEqualTo(client);
    }

    @Test
    void readsTheLongestFieldsOnASmallStack() throws Exception {
        String escapes = "a=\"" + "\\x".repeat(4000) + "\"";
        Thread thread = new Thread(
                null,
                () -> {
                    peer("10.0.0.1", false).client(fields("Forwarded: " + escapes));
                    peer("10.0.0.1", false).client(fields("Forwarded: " + ",".repeat(8000)));
                    peer("10.0.0.1", false).client(fields("X-Forwarded-For: " + ",".repeat(8000)));
                    done = true;
                },
                "small",
                64 * 1024);
        thread.start();
        thread.join();

        assertThat(done).isTrue();
    }

    private volatile boolean done; // set by another thread

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1|true||",
                "192.0.2.1|true|X-Forwarded-Proto: http|",
                "127.0.0.2|false||",
                "::1|false||",
                "127.0.0.1|false||",
                "127.0.0.1|false|X-Forwarded-Proto: https|",
                "10.0.0.1|false|X-Forwarded-For: 198.51.100.7;X-Forwarded-Proto: HTTPS|",
                "10.0.0.1|false|Forwarded: for=198.51.100.7~proto=https|",
                "10.0.0.1|false|Forwarded: for=198.51.100.7~proto=https, for=10.0.0.2~proto=http|",
                "192.0.2.1|false||plain HTTP from another machine",
                "192.0.2.1|false|X-Forwarded-For: 127.0.0.1;X-Forwarded-Proto: https|plain HTTP from another machine",
                "127.0.0.2|false|Via: 1.1 cache|a proxy that the frontend does not trust",
                "127.0.0.2|false|Forwarded: proto=https|a proxy that the frontend does not trust",
                "127.0.0.2|false|X-Forwarded-For: 127.0.0.1;X-Forwarded-Proto: https|a proxy that the frontend does not trust",
                "10.0.0.1|false||does not say that the request came over HTTPS",
                "10.0.0.1|false|X-Forwarded-For: 127.0.0.1|does not say",
                "127.0.0.1|false|X-Forwarded-For: 127.0.0.1|does not say",
                "10.0.0.1|true|X-Forwarded-For: 198.51.100.7;X-Forwarded-Proto: http|does not say",
                "10.0.0.1|false|X-Forwarded-For: 198.51.100.7;X-Forwarded-Proto: https, http|does not say",
                "10.0.0.1|false|Forwarded: for=198.51.100.7~proto=http, for=10.0.0.2~proto=https|does not say",
                "10.0.0.1|false|Forwarded: for=198.51.100.7;X-Forwarded-Proto: https|does not say",
                "10.0.0.1|false|Forwarded: for=198.51.100.7~proto=https;X-Forwarded-For: 198.51.100.7|does not say",
            })
    void tellsWhyOthersMayHaveReadARequest(String peer, boolean encrypted, String fields, String why) {
        String exposure = peer(peer, encrypted).exposure(fields(fields)).orElse("");

        if (why == null) {
            assertThat(exposure).isEmpty();
        } else {
            assertThat(exposure).contains(why);
        }
    }

    private static Peer peer(String address, boolean encrypted) {
        InetAddress parsed = Network.address(address).orElseThrow();
        return new Peer(parsed, encrypted, PROXIES);
    }

    /** Fields separated by semicolons; a tilde stands for a semicolon in a value. */
    private static Fields fields(String text) {
        return new Fields(
                text == null
                        ? List.of()
                        : Arrays.stream(text.split(";(?=X-F|F)", -1))
                                .map(line -> line.split(":", 2))
                                .map(parts -> new Field(
                                        parts[0], Fields.trim(parts[1]).replace('~', ';')))
                                .toList());
    }
}
