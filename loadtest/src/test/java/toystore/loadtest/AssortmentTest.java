package toystore.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AssortmentTest {

    @Test
    void offersEverythingUntilItIsSoldOut() {
        Assortment assortment = new Assortment(List.of("Tux", "Fox", "Whale"));
        SplittableRandom random = new SplittableRandom(1);
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            assortment.choose(random).ifPresent(chosen::add);
        }
        assertThat(chosen).containsExactlyInAnyOrder("Tux", "Fox", "Whale");

        assortment.soldOut("Fox");
        assortment.soldOut("Fox");
        assortment.soldOut("Tux");
        assertThat(assortment.choose(random)).hasValue("Whale");

        assortment.soldOut("Whale");
        assertThat(assortment.choose(random)).isEmpty();
    }
}
