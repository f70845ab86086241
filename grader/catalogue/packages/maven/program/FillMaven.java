import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Downloads what the builds of some pom.xml files need into a folder that is laid out as a repository.
 *
 * It works with the libraries of the Maven that the builds will use, so that versions which no pom names are the same.
 * Absent on purpose: plugins and extensions that run. A pom is read as data; what it names is downloaded, not loaded.
 *
 * Arguments: the tree, the Java version of the builds, then one or more paths of pom.xml files. Prints one line per result: "file" and a path below the tree, or "missing" and a sentence.
 */
public final class FillMaven {
    private FillMaven() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Maven's libraries may print: what is read by the caller is kept apart.
        System.setOut(System.err);
        Trust.addHostCertificates();
        List<Path> poms = new ArrayList<>();
        for (int at = 2; at < args.length; at += 1) poms.add(Path.of(args[at]).toRealPath());
        Repository repository = Repository.open(Path.of(args[0]).toRealPath());
        Projects projects = new Projects(repository, poms, args[1]);
        Needs needs = new Needs(repository, projects);
        for (Path pom : poms) needs.addProject(pom);
        for (String file : repository.files()) out.println("file\t" + file);
        for (String sentence : repository.missing()) out.println("missing\t" + sentence.replaceAll("\\s+", " "));
        System.exit(0);
    }
}
