// Serves ipx as its own command does, with baseline JPEG as all others write.
import { createServer } from "node:http";
import { createIPX, createIPXNodeServer, ipxHttpStorage } from "ipx";
import sharp from "sharp";

const jpeg = sharp.prototype.jpeg;
sharp.prototype.jpeg = function (options) {
  return jpeg.call(this, { ...options, progressive: false });
};

const ipx = createIPX({ httpStorage: ipxHttpStorage({ allowAllDomains: true, maxAge: 0 }), maxAge: 0 });
createServer(createIPXNodeServer(ipx)).listen(Number(process.env.PORT), "127.0.0.1");
