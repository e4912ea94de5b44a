import { type AddCommand, examples, JSON_FLAG, URL_FLAG } from "../command-context.ts";

/** The flags of this command. */
interface DoctorFlags {
  readonly json?: boolean;
  readonly url?: string;
  readonly upstream?: boolean;
}

/** `doctor` */
export const addDoctor: AddCommand = (program, start) => {
  program
    .command("doctor")
    .description("check what everything stands on; it costs nothing and changes nothing")
    .option("--upstream", "also ask the upstream for an unknown task, with the key; it is free")
    .option(...URL_FLAG)
    .option(...JSON_FLAG)
    .addHelpText("after", examples("doctor", "doctor --upstream", "doctor --json"))
    .action((flags: DoctorFlags) =>
      start(flags, async (context) => {
        // Loaded here: the other commands need neither the journal nor the upstream's client.
        const { runDoctor } = await import("../doctor/run-doctor.ts");
        return runDoctor(context, { url: flags.url, withUpstream: flags.upstream === true });
      }),
    );
};
