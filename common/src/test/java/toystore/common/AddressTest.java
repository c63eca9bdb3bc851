package toystore.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    @ParameterizedTest
    @CsvSource({
        "example.org,      example.org, 80",
        "127.0.0.1:9001,   127.0.0.1,   9001",
        "localhost:0,      localhost,   0",
        "[::1]:9001,       ::1,         9001",
        "[::1],            ::1,         80",
        "::1,              ::1,         80",
        "[2001:db8::1.2.3.4]:9, 2001:db8::1.2.3.4, 9",
        "255.0.99.1:7,     255.0.99.1,  7",
        "toy_store:8080,   toy_store,   8080",
        "shop.example.:81, shop.example., 81",
        "1store,           1store,      80",
        "10.example,       10.example,  80",
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(Address.parse(text, 80)).isEqualTo(new Address(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "host:", "host:x", "host:65536", "host:-1", "[::1]:"})
    void refusesInvalidAddresses(String text) {
        assertThatThrownBy(() -> Address.parse(text, 80)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "0.5",
                "0.5:80",
                "127.1",
                "2130706433",
                "0x7f.1",
                "0x7F000001",
                "0x",
                "127.0.0.0x1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "127.0.0.01",
                "127.0.0.1.",
                "store.7",
                "0.5."
            })
    void refusesNumbersThatTheSystemWouldTakeForAnotherAddress(String text) {
        assertThatThrownBy(() -> Address.parse(text, 80))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the host \"" + text.replace(":80", "")
                        + "\" is a number, and no IPv4 address, which has four from 0 to 255");
        assertThatThrownBy(() -> new Address(text.replace(":80", ""), 80)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1",
                "http://127.0.0.1:80",
                "a b",
                "a/b",
                "me@store",
                "a..b",
                ".a",
                "bücher",
                "１２７.１",
                "[::1",
                "::1]",
                "[127.0.0.1]:80",
                "[store]",
                "1::2::3",
                "[12345::]:80",
                "[::1]x:80"
            })
    void refusesInvalidHosts(String text) {
        assertThatThrownBy(() -> Address.parse(text, 80)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9001", "[::1]:9001", "localhost:1"})
    void writesWhatItReads(String text) {
        assertThat(Address.parse(text, 80)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,           127.0.0.1:1",
        "::,                  [::]:1",
        "::1,                 [::1]:1",
        "2001:db8::,          [2001:db8::]:1",
        "2001:db8::1,         [2001:db8::1]:1",
        "1:0:0:2:0:0:0:3,     [1:0:0:2::3]:1",
        "1:0:0:2:3:0:0:4,     [1::2:3:0:0:4]:1",
        "1:0:2:3:4:5:6:7,     [1:0:2:3:4:5:6:7]:1",
        "10:0:0:20:0:30:0:40, [10::20:0:30:0:40]:1",
    })
    void writesTheShortFormOfASocketsAddress(String host, String text) throws UnknownHostException {
        InetSocketAddress socket = new InetSocketAddress(InetAddress.getByName(host), 1);
        assertThat(Address.of(socket)).hasToString(text);
    }
}
