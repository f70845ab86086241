import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.model.Extension;
import org.codehaus.plexus.util.ReaderFactory;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.codehaus.plexus.util.xml.Xpp3DomBuilder;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;

/** `.mvn/extensions.xml` names what Maven loads before it reads any pom. */
final class CoreExtensions {
    private CoreExtensions() {}

    static List<Extension> beside(Path pom) {
        List<Extension> found = new ArrayList<>();
        Path file = pom.resolveSibling(".mvn/extensions.xml");
        if (!Files.isRegularFile(file)) return found;
        try (Reader reader = ReaderFactory.newXmlReader(file.toFile())) {
            for (Xpp3Dom one : Xpp3DomBuilder.build(reader).getChildren("extension")) {
                Extension extension = new Extension();
                extension.setGroupId(text(one, "groupId"));
                extension.setArtifactId(text(one, "artifactId"));
                extension.setVersion(text(one, "version"));
                if (extension.getGroupId() != null && extension.getArtifactId() != null) found.add(extension);
            }
        } catch (IOException | XmlPullParserException unreadable) {
            // The build in the sandbox will say what is wrong with it.
        }
        return found;
    }

    static String text(Xpp3Dom of, String name) {
        Xpp3Dom child = of.getChild(name);
        return child == null || child.getValue() == null ? null : child.getValue().trim();
    }
}
