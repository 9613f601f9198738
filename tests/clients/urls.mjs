// Reads the arguments of generateImageUrl as a JSON list, and answers with the list of its URLs.
import { readFileSync } from "node:fs";
import { generateImageUrl } from "@imgproxy/imgproxy-node";

const wishes = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(wishes.map((wish) => generateImageUrl(wish))));
