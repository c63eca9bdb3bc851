package toystore.loadtest.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import toystore.loadtest.result.OutputFile;

/** A plot as two pictures that look the same: PNG for where only that is taken, SVG for where it is to stay sharp. */
public final class PlotFiles {
    private static final String SVG = "http://www.w3.org/2000/svg";

    /** Pixels of the PNG for each unit of the plot: 144 dpi. */
    private static final int PIXELS = 2;

    private PlotFiles() {}

    /**
     * Draws both, over files of the same name.
     *
     * @return the PNG and the SVG
     */
    public static List<Path> write(Plot plot, Path folder) throws IOException {
        Path png = folder.resolve(plot.name() + ".png");
        Path svg = folder.resolve(plot.name() + ".svg");
        writePng(plot, png);
        writeSvg(plot, svg);
        return List.of(png, svg);
    }

    private static void writePng(Plot plot, Path file) throws IOException {
        PlotPainter painter = new PlotPainter(plot);
        BufferedImage image =
                new BufferedImage(PlotPainter.WIDTH * PIXELS, painter.height() * PIXELS, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.scale(PIXELS, PIXELS);
            painter.paint(g);
        } finally {
            g.dispose();
        }
        ByteArrayOutputStream png =
                new ByteArrayOutputStream(); // ImageIO prints stack traces where it cannot open a file
        if (!ImageIO.write(image, "png", png)) {
            throw new IOException("this Java runtime cannot write PNG, wanted for " + file);
        }
        OutputFile.write(file, png.toByteArray());
    }

    private static void writeSvg(Plot plot, Path file) throws IOException {
        PlotPainter painter = new PlotPainter(plot);
        Document document = newDocument();
        SVGGraphics2D g = new SVGGraphics2D(document);
        painter.paint(g);
        Element root = g.getRoot();
        root.setAttribute("viewBox", "0 0 " + PlotPainter.WIDTH + " " + painter.height());
        root.setAttribute("width", String.valueOf(PlotPainter.WIDTH));
        root.setAttribute("height", String.valueOf(painter.height()));
        root.setAttribute("role", "img");
        Element title = document.createElementNS(SVG, "title");
        title.setTextContent(plot.title());
        root.insertBefore(title, root.getFirstChild());
        write(root, file);
    }

    /** Not as Batik does, which has the file refer to a document type of the W3C. */
    private static void write(Element root, Path file) throws IOException {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        try {
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(root), new StreamResult(svg));
        } catch (TransformerException e) {
            throw new IOException(file.getFileName() + ": " + e.getMessage(), e);
        }
        OutputFile.write(file, svg.toByteArray());
    }

    private static Document newDocument() throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVG, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IOException("this Java runtime has no XML, wanted for plots in SVG", e);
        }
    }
}
