package toystore.wire.net;

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
    })
    void readsHostAndPort(String text, String host, int port) {
        assertThat(Address.parse(text, 80)).isEqualTo(new Address(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":80", "host:", "host:x", "host:65536", "host:-1", "[::1]:"})
    void refusesWhatIsNoAddress(String text) {
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
