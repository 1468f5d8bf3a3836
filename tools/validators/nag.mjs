// nag ASSEMBLY prints, as JSON, what cdk-nag's packs AwsSolutions and NIST 800-53 r5
// find in every template of a cloud assembly.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks, NIST80053R5Checks } from "cdk-nag";

const suffix = ".template.json";
const assembly = process.argv[2];
const found = [];
for (const file of readdirSync(assembly).filter((name) => name.endsWith(suffix)).sort()) {
  const app = new App({ analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, basename(file, suffix));
  new CfnInclude(stack, "Template", { templateFile: join(assembly, file) });
  for (const pack of [new AwsSolutionsChecks(), new NIST80053R5Checks()]) {
    found.push(pack.validateScope(stack));
  }
}
console.log(JSON.stringify(found));
