package toystore.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,192.0.2.1,true",
        "192.0.2.1,192.0.2.2,false",
        "10.0.0.0/8,10.255.255.255,true",
        "10.0.0.0/8,11.0.0.0,false",
        "192.0.2.128/25,192.0.2.128,true",
        "192.0.2.128/25,192.0.2.127,false",
        "192.0.2.4/30,192.0.2.7,true",
        "192.0.2.4/30,192.0.2.8,false",
        "0.0.0.0/0,203.0.113.9,true",
        "0.0.0.0/0,::1,false",
        "::/0,192.0.2.1,false",
        "::/0,2001:db8::1,true",
        "2001:db8::/33,2001:db8:7fff:ffff::1,true",
        "2001:db8::/33,2001:db8:8000::1,false",
        "2001:db8::1,2001:0DB8:0:0::1,true",
        "::ffff:192.0.2.1,192.0.2.1,true",
        "192.0.2.0/24,::ffff:192.0.2.7,true",
    })
    void containsTheAddressesWithTheSameFirstBits(String network, String address, boolean contained) {
        assertThat(Network.parse(network).contains(address(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|\"\" does not begin with an IP address",
                "proxy.example|does not begin with an IP address; expected one like 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32",
                "10.1|does not begin with an IP address",
                "010.0.0.1|does not begin with an IP address",
                "[::1]|does not begin with an IP address",
                "fe80::1%eth0|does not begin with an IP address",
                "10.0.0.0/33|\"10.0.0.0/33\" has \"33\" after the slash; expected 0 to 32",
                "10.0.0.0/|has \"\" after the slash; expected 0 to 32",
                "10.0.0.0/08|has \"08\" after the slash",
                "10.0.0.0/255.0.0.0|has \"255.0.0.0\" after the slash",
                "::/129|has \"129\" after the slash; expected 0 to 128",
                "10.0.0.1/8|10.0.0.1/8 has bits beyond the first 8; the range begins at 10.0.0.0/8",
                "2001:db8::1/32|2001:db8::1/32 has bits beyond the first 32; the range begins at 2001:db8::/32",
            })
    void refusesWhatIsNoRangeOfAddresses(String text, String message) {
        assertThatThrownBy(() -> Network.parse(text == null ? "" : text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", "1::2::3", ":", "1:2", " ::1"})
    void findsNoAddressInOtherText(String text) {
        assertThat(Network.address(text)).isEmpty();
        assertThat(Network.address("1".repeat(10_000) + ":")).isEmpty();
    }

    @Test
    void aClientIsAnAddressOrTheNetworkOf64BitsAroundIt() {
        assertThat(Network.ofClient(address("192.0.2.1"))).isEqualTo(Network.parse("192.0.2.1"));
        assertThat(Network.ofClient(address("2001:db8:1:2:3:4:5:6")))
                .isEqualTo(Network.ofClient(address("2001:db8:1:2::")))
                .isNotEqualTo(Network.ofClient(address("2001:db8:1:3::")))
                .hasToString("2001:db8:1:2::/64");
    }

    @Test
    void writesAddressesInTheirShortForm() {
        assertThat(Network.text(address("2001:db8:0:0:0::1"))).isEqualTo("2001:db8::1");
        assertThat(Network.parse("10.0.0.0/8")).hasToString("10.0.0.0/8");
        assertThat(Network.parse("192.0.2.1/32")).hasToString("192.0.2.1");
    }

    private static InetAddress address(String text) {
        return Network.address(text).orElseThrow();
    }
}
