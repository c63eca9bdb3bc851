package toystore.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The most that a service with blocking sockets could do: it sends each line back, perhaps after asking another one. */
final class Echo implements CeilingServer.Session {
    private final Hop hop;

    /** @param hop null for none */
    Echo(Hop hop) {
        this.hop = hop;
    }

    @Override
    public void serve(InputStream in, OutputStream out) throws IOException {
        byte[] line = new byte[SampleMessage.LONGEST];
        for (int length = SampleMessage.read(in, line); length > 0; length = SampleMessage.read(in, line)) {
            if (hop != null) {
                hop.exchange(Arrays.copyOf(line, length));
            }
            out.write(line, 0, length);
        }
    }
}
