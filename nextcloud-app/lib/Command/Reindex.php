<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Command;

use OCA\VoiceAssist\Exception\DaemonException;
use OCA\VoiceAssist\Exception\NotPairedException;
use OCA\VoiceAssist\Service\DaemonClient;
use OCA\VoiceAssist\Service\Hints;
use OCA\VoiceAssist\Service\Vouch;
use OCP\IUserManager;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * Has somebody's files compared with Nextcloud now, and what could not be read tried again where that can help. It says how
 * many, and never which: names of files are not an administrator's.
 */
class Reindex extends Command {
	public function __construct(
		private IUserManager $users,
		private DaemonClient $daemon,
		private Vouch $vouch,
		private Hints $hints,
	) {
		parent::__construct();
	}

	protected function configure(): void {
		$this->setName('voiceassist:reindex')
			->setDescription('Compares somebody\'s files with what VoiceAssist knows, and tries again what could not be read')
			->addArgument('user', InputArgument::REQUIRED, 'whose files, by user id');
	}

	protected function execute(InputInterface $input, OutputInterface $output): int {
		$user = $this->users->get((string)$input->getArgument('user'));
		if ($user === null) {
			$output->writeln('<error>There is no such user.</error>');
			return self::INVALID;
		}
		try {
			$session = $this->daemon->openSession($this->vouch->for($user));
			if ($this->daemon->connection($session['token']) === null) {
				$output->writeln('<error>' . $user->getUID() . ' has not connected VoiceAssist. Only they can.</error>');
				return self::FAILURE;
			}
			$this->hints->note('access.changed', null, null, null, [$user->getUID()]);
			$looked = $this->hints->deliver();
			$retried = $this->daemon->retryFailed($session['token']);
		} catch (DaemonException|NotPairedException $failure) {
			$output->writeln('<error>' . $failure->getMessage() . '</error>');
			$output->writeln('Run occ voiceassist:self-test to see what to do.');
			return self::FAILURE;
		}
		$output->writeln($looked ? 'The files are being compared with Nextcloud.' : 'The files are compared with Nextcloud as soon as the daemon takes reports again.');
		$output->writeln($retried === 1 ? '1 document that could not be read is tried again.' : $retried . ' documents that could not be read are tried again.');
		return self::SUCCESS;
	}
}
