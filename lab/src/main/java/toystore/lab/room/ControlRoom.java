package toystore.lab.room;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import toystore.common.Threads;
import toystore.lab.room.ServiceControl.ConflictException;
import toystore.lab.store.LabCatalog;
import toystore.lab.store.LabStore;

/** Opens control rooms, which stay open until a signal ends the process. */
public final class ControlRoom {
    /** The access log is for traces; threads are left for browsers. */
    private static final Map<String, String> SETTINGS =
            Map.of("TOYSTORE_ACCESS_LOG", "on", "TOYSTORE_SESSION_THREADS", "32");

    private ControlRoom() {}

    /**
     * The settings of a lab.
     *
     * @param home the project folder, with the services built
     * @param port of the page; 0 for any free one
     * @param tls whether the store serves HTTPS, and its services prove their roles to each other
     * @param seed of the shoppers' choices and of random faults
     * @param modes that the page can run
     */
    public record LabSettings(Path home, int port, int shoppers, boolean tls, long seed, Modes modes) {
        public LabSettings {
            if (shoppers < 1 || shoppers > 64) {
                throw new IllegalArgumentException("--shoppers is " + shoppers + "; expected 1 to 64");
            }
        }
    }

    /** Opens a store of its own with shoppers, and its page. Returns only by an exception. */
    public static void lab(LabSettings settings, PrintStream out) throws IOException, InterruptedException {
        OpenLab lab = new OpenLab();
        Runtime.getRuntime().addShutdownHook(Threads.named("lab-stop", lab::onSignal));
        try (lab) {
            lab.open(settings);
            out.println("the lab is open: " + lab.server.link());
            out.println("its store: " + lab.url() + "   (files: " + lab.store.folder() + ")");
            out.println("Ctrl-C ends both and removes the files");
            awaitSignal();
        } catch (IOException | ConflictException e) {
            lab.awaitExitAfterSignal();
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Opens the page of a store that the launcher runs in a data folder. Returns only by an exception. */
    public static void watch(Path data, int port, PrintStream out) throws IOException, InterruptedException {
        if (!Files.isDirectory(data)) {
            throw new IllegalArgumentException("--data is " + data + ", but there is no such folder");
        }
        WatchRoom room = new WatchRoom(data);
        try (room;
                RoomServer server = new RoomServer(room, port)) {
            room.open();
            server.start();
            out.println("the store in " + data + (room.isOpen() ? " is watched: " : " is closed now; it is watched: ")
                    + server.link());
            out.println("Ctrl-C ends the watch, and leaves the store as it is");
            awaitSignal();
        }
    }

    /** Opens the page of a recording. Returns only by an exception. */
    public static void open(Path recording, int port, PrintStream out) throws IOException, InterruptedException {
        try (RoomServer server = new RoomServer(new RecordedRoom(recording), port)) {
            server.start();
            out.println("the recording is open: " + server.link());
            out.println("Ctrl-C closes it");
            awaitSignal();
        }
    }

    /** Writes the page of a recording into one file. */
    public static void report(Path recording, Path report, PrintStream out) throws IOException {
        String html = new RoomPage().report(new RecordedRoom(recording).recording());
        Files.writeString(report, html);
        out.println("the report is in " + report);
    }

    private static void awaitSignal() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /** A lab from its first file to the removal of the last one. Thread-safe. */
    private static final class OpenLab implements Closeable {
        @GuardedBy("this")
        private boolean closed;

        private volatile boolean signalled; // set by the thread of the signal
        private volatile LabStore store; // these three are written by the thread that opens, and read by others
        private volatile LabRoom room;
        private volatile RoomServer server;

        /** Opens the lab; the steps that leave something behind exclude {@link #close}. */
        void open(LabSettings settings) throws IOException, InterruptedException, ConflictException {
            synchronized (this) {
                if (closed) {
                    throw new IOException("this program is ending");
                }
                store = new LabStore(settings.home(), new LabCatalog(), settings.tls(), SETTINGS);
                Files.writeString(store.folder().resolve("LAB"), "A store of ./toystore lab, which removes it.\n");
                room = new LabRoom(store, settings.shoppers(), settings.seed(), settings.modes());
                server = new RoomServer(room, settings.port());
            }
            room.open();
            synchronized (this) {
                if (closed) {
                    throw new IOException("this program is ending");
                }
                server.start();
            }
        }

        /** Returns the address of the store's own page. */
        String url() {
            return store.frontend().url();
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            if (server != null) {
                server.close();
            }
            if (room != null) {
                room.close();
            }
            if (store != null) {
                store.close();
                try {
                    store.delete();
                } catch (IOException e) {
                    System.err.println("lab: " + store.folder() + " could not be removed: " + e);
                }
            }
        }

        /** Ends everything, whatever the thread that opened the lab does now. */
        void onSignal() {
            signalled = true;
            close();
        }

        /** After a signal, the thread that opened the lab prints nothing more. */
        void awaitExitAfterSignal() throws InterruptedException {
            if (signalled) {
                awaitSignal();
            }
        }
    }
}
