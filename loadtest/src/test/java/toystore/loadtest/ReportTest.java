package toystore.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.client.Latencies;
import toystore.client.Latencies.Kind;

class ReportTest {
    private static final int BLUE = 0xFF0072B2;
    private static final int ORANGE = 0xFFD55E00;

    @TempDir
    Path folder;

    @Test
    void drawsEachKindOfRequestInItsColour() throws Exception {
        BufferedImage query = plot(Load.QUERY, step(Load.QUERY, 1, Kind.QUERY), step(Load.QUERY, 2, Kind.QUERY));
        assertThat(pixels(query, BLUE)).isGreaterThan(500);
        assertThat(pixels(query, ORANGE)).isZero();

        BufferedImage buy = plot(Load.BUY, step(Load.BUY, 1, Kind.ORDER), step(Load.BUY, 2, Kind.ORDER));
        assertThat(pixels(buy, BLUE)).isZero();
        assertThat(pixels(buy, ORANGE)).isGreaterThan(500);

        BufferedImage mixed = plot(
                Load.MIXED, step(Load.MIXED, 1, Kind.QUERY, Kind.ORDER), step(Load.MIXED, 2, Kind.QUERY, Kind.ORDER));
        assertThat(pixels(mixed, BLUE)).isGreaterThan(500);
        assertThat(pixels(mixed, ORANGE)).isGreaterThan(500);
    }

    @Test
    void drawsAStepInWhichEverythingWasSoldOutAsNoPoint() throws Exception {
        BufferedImage twoOfThree = plot(
                Load.BUY,
                step(Load.BUY, 1, Kind.ORDER),
                step(Load.BUY, 2, Kind.ORDER),
                step(Load.BUY, 3, Kind.SOLD_OUT));
        assertThat(pixels(twoOfThree, ORANGE)).isGreaterThan(300);

        BufferedImage none = plot(Load.BUY, step(Load.BUY, 1, Kind.SOLD_OUT));
        assertThat(pixels(none, ORANGE)).isZero();
    }

    @Test
    void writesALineForEachKindOfRequestInAStep() throws Exception {
        Path file = folder.resolve("latency.csv");

        CsvFile.write(
                file,
                List.of(
                        step(Load.QUERY, 1, Kind.QUERY),
                        step(Load.MIXED, 2, Kind.QUERY, Kind.ORDER, Kind.SOLD_OUT),
                        step(Load.BUY, 3)));

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "load,clients,request,count,average_ms,p50_ms,p90_ms,p99_ms,max_ms,step_seconds,step_failed",
                        "query,1,query,2,1.9997,1.0004,3.0003,3.0003,3.0003,0.500,0",
                        "mixed,2,query,2,1.9997,1.0004,3.0003,3.0003,3.0003,0.500,0",
                        "mixed,2,order,2,1.9997,1.0004,3.0003,3.0003,3.0003,0.500,0",
                        "mixed,2,sold out,2,1.9997,1.0004,3.0003,3.0003,3.0003,0.500,0",
                        "buy,3,order,0,,,,,,0.500,0",
                        "buy,3,sold out,0,,,,,,0.500,0");
    }

    /** A step with two requests of each kind, of 1 and 3 ms. */
    private static StepResult step(Load load, int clients, Kind... kinds) {
        Latencies latencies = new Latencies();
        for (Kind kind : kinds) {
            latencies.record(kind, Duration.ofMillis(1).toNanos());
            latencies.record(kind, Duration.ofMillis(3).toNanos());
        }
        return new StepResult(load, clients, latencies, Duration.ofMillis(500));
    }

    private BufferedImage plot(Load load, StepResult... steps) throws IOException {
        Path png = folder.resolve(load.label() + ".png");
        LatencyPlot.write(png, load, List.of(steps));
        BufferedImage image = ImageIO.read(png.toFile());
        assertThat(image.getWidth()).isGreaterThanOrEqualTo(900);
        return image;
    }

    private static long pixels(BufferedImage image, int color) {
        long count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += image.getRGB(x, y) == color ? 1 : 0;
            }
        }
        return count;
    }
}
