package toystore.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ServiceFlagsTest {

    @AfterEach
    void switchOnAgain() {
        logger("access").setLevel(null);
        logger("messages").setLevel(null);
    }

    @Test
    void leaveTheAccessLogOffUnlessItIsSwitchedOn() {
        parse("--access-log", "on").applyAccessLog();
        assertThat(logger("messages").isInfoEnabled()).isTrue();
        assertThat(logger("access").isInfoEnabled()).isTrue();

        parse().applyAccessLog();

        assertThat(logger("messages").isErrorEnabled()).isFalse();
        assertThat(logger("access").isErrorEnabled()).isFalse();
        assertThat(logger("toystore").isInfoEnabled()).isTrue();
    }

    @Test
    void acceptOnlyOnOrOffForTheAccessLog() {
        assertThatThrownBy(() -> parse("--access-log", "maybe"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("Invalid value for option '--access-log': \"maybe\" is neither on nor off");
        assertThatThrownBy(() -> parse("--access-log")).isInstanceOf(ParameterException.class);
    }

    private static ServiceFlags parse(String... arguments) {
        return CommandLine.populateCommand(new ServiceFlags(), arguments);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
