// Reads wishes as a JSON list, and answers with the list of the URLs that the named libraries build.
// With the argument "methods" it answers with the names of every builder's methods instead.
import { readFileSync } from "node:fs";
import { generateImageUrl } from "@imgproxy/imgproxy-node";
import urlBuilder, { chain } from "@bitpatty/imgproxy-url-builder";
import imgproxy from "imgproxy";

const Imgproxy = imgproxy.default ?? imgproxy;

const called = (builder, calls) => calls.reduce((made, [name, ...given]) => made[name](...given), builder);

const builders = {
  "imgproxy-node": ({ wish }) => generateImageUrl(wish),
  "url-builder": ({ calls, build }) => called(urlBuilder(), calls).build(build),
  "url-builder chain": ({ chained, build }) =>
    chain({ buildOptions: build, builders: chained.map((calls) => called(urlBuilder(), calls)) }),
  imgproxy: ({ config, calls, source, extension }) =>
    called(new Imgproxy(config).builder(), calls).generateUrl(source, extension),
  "imgproxy presets": ({ config, calls, source, extension }) =>
    called(new Imgproxy(config).presetOnlyBuilder(), calls).generateUrl(source, extension),
};

const methods = (builder) => Object.getOwnPropertyNames(Object.getPrototypeOf(builder)).sort();

const answer =
  process.argv[2] === "methods"
    ? { "url-builder": methods(urlBuilder()), imgproxy: methods(new Imgproxy({ baseUrl: "http://x" }).builder()) }
    : JSON.parse(readFileSync(0, "utf8")).map((wish) => builders[wish.library](wish));
console.log(JSON.stringify(answer));
