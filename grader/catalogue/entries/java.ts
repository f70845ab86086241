/** Java and Maven. */
import type { DescribedImage } from '../catalogue.ts';

const javaFrom = "Debian trixie packages and trixie's OpenJDK 21 moved to /opt/java/openjdk";
const onDebian = 'It is Debian 13, not Ubuntu, and OpenJDK as Debian builds it, without fonts.';

export const javaImages: DescribedImage[] = [
  {
    name: 'eclipse-temurin:21-jdk',
    aliases: [
      'eclipse-temurin:21',
      'eclipse-temurin:21-jdk-noble',
      'eclipse-temurin:21-jdk-jammy',
      'eclipse-temurin:21-noble',
      'eclipse-temurin:21-jammy',
    ],
    target: 'temurin-jdk',
    summary: 'The Java 21 development kit: compiler, jlink and jdeps; for building.',
    madeFrom: javaFrom,
    differs: `${onDebian} The Maven wrapper and a Maven of root's use the package mirror.`,
    libc: 'glibc',
    debian: 'trixie',
    hasShell: true,
  },
  {
    name: 'eclipse-temurin:21-jre',
    aliases: ['eclipse-temurin:21-jre-noble', 'eclipse-temurin:21-jre-jammy'],
    target: 'temurin-jre',
    summary: 'Java 21 for running: all modules of Java, no compiler.',
    madeFrom: `${javaFrom}, linked by jlink`,
    differs: onDebian,
    libc: 'glibc',
    debian: 'trixie',
    hasShell: true,
  },
  {
    name: 'maven:3.9-eclipse-temurin-21',
    aliases: [
      'maven:3.9',
      'maven:3',
      'maven:latest',
      'maven:3-eclipse-temurin-21',
      'maven:3.9.9-eclipse-temurin-21',
      'maven:3.9-eclipse-temurin-21-noble',
      'maven:eclipse-temurin',
    ],
    target: 'maven',
    summary: 'Maven 3.9 on the Java 21 development kit: for building.',
    madeFrom: `${javaFrom}, and trixie's Maven 3.9.9`,
    differs: `${onDebian} Maven uses the package mirror for every repository, and Debian's default versions of plugins.`,
    libc: 'glibc',
    debian: 'trixie',
    hasShell: true,
  },
];
