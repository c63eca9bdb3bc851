package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results.Kind;

class PlotFilesTest {
    private static final List<Point> RISING = List.of(new Point(1, 1), new Point(2, 10));

    @TempDir
    Path folder;

    @Test
    void drawsEachSeriesInItsColour() throws Exception {
        BufferedImage image = png(plot(
                new Series("query", Colour.of(Kind.QUERY), Line.SOLID, RISING),
                new Series("buy", Colour.of(Kind.BUY), Line.DASHED, List.of(new Point(1, 3), new Point(2, 4)))));

        assertThat(pixels(image, Colour.of(Kind.QUERY))).isGreaterThan(1000);
        assertThat(pixels(image, Colour.of(Kind.BUY))).isGreaterThan(1000);
        assertThat(pixels(image, Colour.of(Kind.REQUEST))).isZero();
    }

    @Test
    void marksSinglePointsAndPointsWithoutNeighbours() throws Exception {
        long without =
                pixels(png(plot(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, List.of()))), Colour.of(Kind.QUERY));
        long alone = pixels(
                png(plot(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, RISING.subList(0, 1)))),
                Colour.of(Kind.QUERY));
        assertThat(alone - without).isGreaterThan(100);

        List<Point> many = new ArrayList<>(Collections.nCopies(50, new Point(1, Double.NaN)));
        many.add(new Point(2, 10));
        assertThat(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, many).marked())
                .isTrue();
        assertThat(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, Collections.nCopies(50, new Point(1, 1)))
                        .marked())
                .isFalse();
    }

    @Test
    void interruptsALineWhereThereIsNoValue() throws Exception {
        List<Point> gap = List.of(RISING.get(0), new Point(1.5, Double.NaN), RISING.get(1));

        assertThat(pixels(png(plot(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, gap))), Colour.of(Kind.QUERY)))
                .isLessThan(pixels(
                                png(plot(new Series("p", Colour.of(Kind.QUERY), Line.SOLID, RISING))),
                                Colour.of(Kind.QUERY))
                        / 2);
    }

    @Test
    void growsWithItsLegend() throws Exception {
        Series[] many = new Series[12];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Series("a name of some length, number " + i, Colour.P50, Line.SOLID, RISING);
        }

        assertThat(png(plot(many)).getHeight()).isGreaterThan(png(plot(many[0])).getHeight() + 70);
    }

    @Test
    void writesSvgOfTheSameSizeAsThePng() throws Exception {
        Path svg = PlotFiles.write(plot(new Series("a & <b>", Colour.of(Kind.QUERY), Line.SOLID, RISING)), folder)
                .get(1);

        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());

        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("<title> & \"more\" ");
        assertThat(document.getElementsByTagName("path").getLength()).isGreaterThan(10);
        BufferedImage image = ImageIO.read(folder.resolve("plot.png").toFile());
        assertThat(document.getDocumentElement().getAttribute("viewBox"))
                .isEqualTo("0 0 " + image.getWidth() / 2 + " " + image.getHeight() / 2);
    }

    @Test
    void drawsTwoSeriesWithTheSameLabel() throws Exception {
        BufferedImage image = png(plot(
                new Series("500/s", Colour.of(Kind.QUERY), Line.SOLID, RISING),
                new Series("500/s", Colour.of(Kind.BUY), Line.SOLID, RISING.subList(0, 1))));

        assertThat(pixels(image, Colour.of(Kind.QUERY))).isGreaterThan(1000);
        assertThat(pixels(image, Colour.of(Kind.BUY))).isGreaterThan(100);
    }

    @Test
    void keepsItsFilesInTheFolderWhateverItsName() {
        assertThat(new Plot("../../etc/x\n", "", "", axis(), axis(), List.of()).name())
                .isEqualTo("------etc-x-");
    }

    private BufferedImage png(Plot plot) throws Exception {
        return ImageIO.read(PlotFiles.write(plot, folder).get(0).toFile());
    }

    private static Plot plot(Series... series) {
        return new Plot("plot", "<title> & \"more\"\u0000", "", axis(), axis(), List.of(series));
    }

    private static PlotAxis axis() {
        return new PlotAxis("latency in ms", Scale.LOG);
    }

    private static long pixels(BufferedImage image, Colour colour) {
        long count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == colour.rgb() ? 1 : 0;
            }
        }
        return count;
    }
}
