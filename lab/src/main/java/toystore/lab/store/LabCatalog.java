package toystore.lab.store;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import toystore.client.StoreClient.Toy;

/**
 * The products of the store.
 *
 * <p>Nine have few units, so that they are often sold out, and one has so many that it can always be ordered. Every
 * restock adds or takes {@value #RESTOCK_UNITS} units, so that stock which was sold twice is no restock.
 */
public final class LabCatalog {
    public static final int RESTOCK_UNITS = 50;

    private static final int FEW = 20;
    private static final int PLENTY = 10_000_000;

    private final List<Toy> toys = List.of(
            toy("Tux", "15.99", FEW),
            toy("Fox", "12.49", FEW),
            toy("Whale", "18.99", FEW),
            toy("Elephant", "22.50", FEW),
            toy("Python", "16.75", FEW),
            toy("Dolphin", "14.25", FEW),
            toy("Kite", "11.95", FEW),
            toy("Drum", "25.60", FEW),
            toy("Tractor", "17.50", FEW),
            toy("Marbles", "0.05", PLENTY));

    public List<Toy> toys() {
        return toys;
    }

    public Toy random(RandomGenerator random) {
        return toys.get(random.nextInt(toys.size()));
    }

    /** Writes the starting catalog. */
    public void write(Path file) throws IOException {
        Files.writeString(
                file,
                toys.stream()
                        .map(toy -> String.format(
                                Locale.ROOT,
                                "{\"name\":\"%s\",\"price\":%s,\"quantity\":%d}",
                                toy.name(),
                                toy.price().toPlainString(),
                                toy.quantity()))
                        .collect(Collectors.joining(",\n", "{\"products\":[\n", "\n]}\n")));
    }

    private static Toy toy(String name, String price, int quantity) {
        return new Toy(name, new BigDecimal(price), quantity);
    }
}
