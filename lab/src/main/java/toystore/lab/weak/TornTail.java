package toystore.lab.weak;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import toystore.client.StoreClient.Receipt;
import toystore.durable.Storage;
import toystore.lab.store.LabStore.Service;
import toystore.lab.weak.Experiment.Purchase;

/**
 * Recovers a log without looking at the checksum of its last line. By the seed, one of
 *
 * <pre>
 *   cut     the last line was written in part: recovery closes it, and takes it for whole
 *   flip    a bit of the last line has flipped before it was forced: recovery takes it for whole
 *   drop    the last line is whole: recovery drops it, as if it could only be torn
 * </pre>
 */
final class TornTail implements WeakMode {
    private static final int JSON_AT = 15; // of a line; docs/guarantees.md#files
    private static final int CHECKED_AT = 9;
    private static final byte BLANK = '\t';
    private static final String KEY = "\"key\":\"";
    private static final String QUANTITY = "\"quantity\":";
    private static final String ORDER = "\"order_number\":";

    private enum Damage {
        CUT,
        FLIP,
        DROP;

        static Damage of(long seed) {
            return values()[Math.floorMod(seed, values().length)];
        }
    }

    @Override
    public String name() {
        return "torn-tail";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "recovery removes a last line with a wrong checksum, and keeps every other",
                "docs/guarantees.md#recovery",
                "durable/src/main/java/toystore/durable/SegmentScan.java",
                "TornTailTest#keepsAllWholeRecordsWhereverTheLastOnesAreTorn");
    }

    @Override
    public Storage storage(Setting setting) {
        return new TearingStorage(Damage.of(setting.seed()), setting);
    }

    /** Holds a line of the log while the disk has a part of it; and recovers without the rule. */
    private record TearingStorage(Damage damage, Setting setting) implements ForwardingStorage {
        @Override
        public StoredFile open(Path file) throws IOException {
            boolean isLog = file.getFileName().toString().startsWith("orders-");
            if (isLog && !setting.correct()) {
                recover(file, damage); // before the real recovery, which finds nothing to do then
            }
            StoredFile real = Storage.DISK.open(file);
            return isLog ? new TearingFile(real, damage, setting.hold()) : real;
        }
    }

    /** Makes the last line of a segment look whole, or blank. */
    private static void recover(Path segment, Damage damage) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == BLANK) {
            end--;
        }
        boolean hasLineFeed = bytes[end - 1] == '\n';
        int start = hasLineFeed ? end - 1 : end;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        String line = new String(bytes, start, (hasLineFeed ? end - 1 : end) - start, UTF_8);
        if (!line.contains(ORDER)) {
            return; // the header
        }
        if (damage == Damage.DROP) {
            Arrays.fill(bytes, start, end, BLANK);
        } else {
            String json = line.substring(JSON_AT) + (hasLineFeed ? "" : "\",\"reservation\":\"unknown\"}");
            byte[] whole = sealed(line.substring(CHECKED_AT, JSON_AT) + json);
            System.arraycopy(whole, 0, bytes, start, whole.length);
        }
        Files.write(segment, bytes);
    }

    /** Returns a line with a checksum that fits. */
    private static byte[] sealed(String checked) {
        CRC32C crc = new CRC32C();
        crc.update(checked.getBytes(UTF_8));
        return String.format(Locale.ROOT, "%08x %s\n", crc.getValue(), checked).getBytes(UTF_8);
    }

    /** Writes a part of an order's line, and waits until the schedule releases it, or kills the process. */
    private record TearingFile(Storage.StoredFile real, Damage damage, HoldPoint hold) implements Storage.StoredFile {
        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            String text =
                    new String(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), US_ASCII);
            if (!hold.isArmed() || !text.contains(ORDER)) {
                return real.write(bytes, position);
            }
            int first = damage == Damage.CUT ? text.indexOf(KEY) + KEY.length() + 3 : text.length();
            int written = real.write(bytes.slice(bytes.position(), first), position);
            hold.pass("write").join();
            bytes.position(bytes.position() + written);
            return written;
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return real.read(bytes, position);
        }

        @Override
        public void force() throws IOException {
            real.force();
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            real.truncate(size);
        }

        @Override
        public void close() throws IOException {
            real.close();
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Damage damage = Damage.of(x.seed());
        x.start();
        x.order(x.shopper(), x.between(1, 20));
        return damage == Damage.DROP ? dropLine(x) : tearLine(x, damage);
    }

    private static Optional<String> dropLine(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String shopper = x.shopper();
        long number = x.order(shopper, x.between(1, 20)).number();
        x.awaitApplied();
        x.restart(Service.ORDERS);
        boolean found = x.lookUp(number).isPresent();
        timeline.decide(
                shopper,
                "looks up order " + number + ": " + (found ? "found" : "not found"),
                !found,
                "its line was whole, and is dropped",
                "a line with a right checksum stays");
        x.addRefusalOfLog();
        return x.check().loss();
    }

    private static Optional<String> tearLine(Experiment x, Damage damage) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String shopper = x.shopper();
        int quantity = x.between(21, 49);
        x.hold(1);
        CompletableFuture<Purchase> sent = x.send(shopper, quantity);
        x.awaitHeld();
        timeline.add(
                shopper,
                quantity + " " + x.product() + ": the disk has "
                        + (damage == Damage.CUT ? "a part of the line" : "the line") + "; no reply yet");
        x.store().kill(Service.ORDERS);
        if (damage == Damage.FLIP) {
            flip(segment(x));
        }
        timeline.add("kill -9 orders" + (damage == Damage.FLIP ? "; a bit of the line flips" : ""));
        x.store().startOrders();
        timeline.add("orders", x.isCorrect() ? "starts: " + removed(x) : "starts: takes the line for whole");
        Purchase purchase = x.await(sent);
        timeline.decide(
                shopper,
                "sent it again with the same key: " + purchase.outcome(),
                purchase.receipt().isEmpty() || purchase.number() != 2,
                "order 2 is there already, and torn",
                "no shopper had a reply for the torn line");
        Optional<Receipt> second = x.lookUp(2);
        timeline.add(
                shopper,
                "looks up order 2: "
                        + second.map(order -> order.quantity() + " " + order.name())
                                .orElse("not found"));
        OutcomeCheck check = x.check();
        return check.invention().or(check::doubling);
    }

    /** Flips the lowest bit of the first digit of the last quantity: 40 becomes 50. */
    private static void flip(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, US_ASCII).lastIndexOf(QUANTITY) + QUANTITY.length();
        bytes[at] ^= 1;
        Files.write(segment, bytes);
    }

    private static Path segment(Experiment x) throws IOException {
        return files(x, ".log").get(0);
    }

    private static String removed(Experiment x) throws IOException {
        List<Path> moved = files(x, "");
        moved.removeIf(file -> !file.toString().contains(".torn-at-"));
        return moved.isEmpty()
                ? "removes nothing"
                : "moves " + Files.size(moved.get(0)) + " bytes to a file "
                        + moved.get(0).getFileName().toString().replaceFirst(".*\\.torn", "….torn");
    }

    private static List<Path> files(Experiment x, String end) throws IOException {
        try (Stream<Path> files = Files.list(x.store().data())) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("orders-")
                                    && file.toString().endsWith(end))
                            .toList());
        }
    }
}
