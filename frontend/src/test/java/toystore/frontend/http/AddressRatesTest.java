package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import toystore.common.Network;

class AddressRatesTest {
    private final AtomicLong clock =
            new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(7).toNanos()); // it overflows
    private final AddressRates rates = new AddressRates(Duration.ofSeconds(5), 3, clock::get);

    @Test
    void anAddressHasABurstAndThenATokenAtEachInterval() {
        InetAddress address = address("192.0.2.1");
        assertThat(taken(address, 10)).isEqualTo(3);
        assertThat(rates.untilNext(address)).isEqualTo(Duration.ofSeconds(5));

        pass(Duration.ofSeconds(4));
        assertThat(rates.untilNext(address)).isEqualTo(Duration.ofSeconds(1));
        assertThat(rates.take(address)).isFalse();

        pass(Duration.ofSeconds(1));
        assertThat(rates.untilNext(address)).isEqualTo(Duration.ZERO);
        assertThat(taken(address, 10)).isEqualTo(1);

        pass(Duration.ofSeconds(10));
        assertThat(taken(address, 10)).isEqualTo(2);

        pass(Duration.ofDays(1));
        assertThat(taken(address, 10)).isEqualTo(3);
    }

    @Test
    void addressesHaveTheirOwnBucketsAndNetworksOf64BitsShareOne() {
        assertThat(taken(address("192.0.2.1"), 10)).isEqualTo(3);
        assertThat(taken(address("192.0.2.2"), 10)).isEqualTo(3);
        assertThat(taken(address("2001:db8::1"), 2)).isEqualTo(2);
        assertThat(taken(address("2001:db8::ffff:0:0:2"), 10)).isEqualTo(1);
        assertThat(taken(address("2001:db8:0:1::1"), 10)).isEqualTo(3);
    }

    @Test
    void looksWithoutTakingOrRemembering() {
        for (int i = 0; i < 10; i++) {
            assertThat(rates.untilNext(address("192.0.2.1"))).isEqualTo(Duration.ZERO);
        }

        assertThat(rates.clients()).isZero();
        assertThat(taken(address("192.0.2.1"), 10)).isEqualTo(3);
    }

    @Test
    void manyAddressesDoNotGrowItAndForgetTheOneThatWasNotSeenForLongest() {
        InetAddress first = address("192.0.2.1");
        InetAddress seen = address("192.0.2.2");
        taken(first, 3);
        taken(seen, 3);
        for (int i = 0; i < 3 * AddressRates.MAX_CLIENTS; i++) {
            rates.take(address("10." + i / 65536 + "." + i / 256 % 256 + "." + i % 256));
            rates.take(seen);
        }

        assertThat(rates.clients()).isEqualTo(AddressRates.MAX_CLIENTS);
        assertThat(rates.take(seen)).isFalse();
        assertThat(rates.take(first)).isTrue();
    }

    private int taken(InetAddress address, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rates.take(address) ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private static InetAddress address(String text) {
        return Network.address(text).orElseThrow();
    }
}
